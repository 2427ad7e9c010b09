// News of a version, in words and as data: what followers get by e-mail and webhook, and licensees by e-mail. Pure.
import { createHmac } from "node:crypto";
import type { Text } from "@cercle/kernel";

export type News = {
  readonly kind: keyof typeof newsTexts;
  readonly version: string;
  /** What comes with it: the remedy of a prohibition, the compatible products. */
  readonly detail?: string | undefined;
};

const newsTexts = {
  "qualification-announced": {
    fr: "La version {version} des API-CPS sera qualifiée dans six mois au plus tôt.",
    en: "Version {version} of the API-CPS will be qualified in six months at the earliest.",
  },
  "version-available": {
    fr: "La version {version} des API-CPS est disponible dans l’espace éditeurs ; les résultats de compatibilité sont attendus sous deux mois.",
    en: "Version {version} of the API-CPS is available in the vendor area; compatibility results are due within two months.",
  },
  "version-prohibited": {
    fr: "L’utilisation de la version {version} des API-CPS est interdite. Remède : {detail}.",
    en: "Use of version {version} of the API-CPS is prohibited. Remedy: {detail}.",
  },
  results: {
    fr: "Compatibilité de la version {version} des API-CPS, déclarée par les éditeurs : {detail}.",
    en: "Compatibility of version {version} of the API-CPS, as vendors declared it: {detail}.",
  },
} as const satisfies Readonly<Record<string, Text>>;

const fill = (text: string, news: News): string => text.replaceAll("{version}", news.version).replaceAll("{detail}", news.detail ?? "—");

export function writeMail(news: News, page: string): { readonly subject: string; readonly text: string } {
  const { fr, en } = newsTexts[news.kind];
  return { subject: `API-CPS ${news.version}`, text: `${fill(fr, news)}\n\n${fill(en, news)}\n\n${page}\n` };
}

/** The Standard Webhooks form: the receiver checks `v1,` HMAC-SHA-256 over `id.timestamp.body` with the secret it was given once. */
export function writeHook(
  news: News,
  { id, seconds, secret, page }: { id: string; seconds: number; secret: Uint8Array; page: string },
): { readonly body: string; readonly headers: Readonly<Record<string, string>> } {
  const body = JSON.stringify({ type: `api-cps.${news.kind}`, timestamp: new Date(seconds * 1000).toISOString(), data: { ...news, page } });
  const signature = createHmac("sha256", secret).update(`${id}.${seconds}.${body}`).digest("base64");
  return {
    body,
    headers: { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": `v1,${signature}` },
  };
}
