// `cercle whitelist verify FILE [--trust PEM]`: any list, the national format included; needs no server.
import { type Command, type Language, realClock, say } from "@cercle/kernel";
import { whitelistTexts } from "./texts.ts";
import type { Verified, Warning } from "./verify.ts";

export const whitelistCommands: readonly Command[] = [
  {
    words: ["whitelist", "verify"],
    about: whitelistTexts["whitelist.verify.about"],
    positions: ["FILE"],
    options: [{ name: "trust", kind: "text", about: whitelistTexts["whitelist.verify.trust"] }],
    alone: true,
    async run(input, { readFile }) {
      const { verifyWhitelist } = await import("./verify.ts");
      const trust = input.text("trust");
      const verified = verifyWhitelist({
        bytes: await readFile(input.words[0] ?? ""),
        trust: trust ? Buffer.from(await readFile(trust)).toString("utf8") : "",
        now: realClock.now(),
      });
      return report(verified);
    },
    human: (result, language) => describe(result as Report, language),
  },
];

type Report = {
  signature: "valid";
  signer: string;
  signer_expires: string;
  generated_at: string;
  sequence?: number;
  next_update?: string;
  entries: number;
  domains: number;
  duplicates: number;
  warnings: readonly Warning[];
};

function report({ list, signer, signerExpires, domains, warnings }: Verified): Report {
  return {
    signature: "valid",
    signer: signer.replaceAll("\n", ", "),
    signer_expires: signerExpires.toString(),
    generated_at: list.generatedAt.toString(),
    ...(list.sequence === undefined ? {} : { sequence: list.sequence }),
    ...(list.nextUpdate === undefined ? {} : { next_update: list.nextUpdate.toString() }),
    entries: list.entries.length,
    domains,
    duplicates: warnings.filter((warning) => warning.kind === "duplicate").length,
    warnings,
  };
}

function describe(result: Report, language: Language): string {
  const t = (key: keyof typeof whitelistTexts, params = {}): string => say(whitelistTexts[key], language, params);
  return [
    t("whitelist.verify.valid", { signer: result.signer, until: result.signer_expires }),
    t("whitelist.verify.generated", { date: result.generated_at }),
    t("whitelist.verify.domains", { domains: result.domains, entries: result.entries, duplicates: result.duplicates }),
    ...result.warnings.slice(0, 20).map((warning) => `  ! ${Object.values(warning).join(" · ")}`),
  ].join("\n");
}
