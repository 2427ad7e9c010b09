// `cercle api add|list`, `cercle proxy add|list|remove`, `cercle chain list|show`.
import type { Command, CommandContext, CommandInput, CommandOption, Language } from "@cercle/kernel";

const text = (name: string, fr: string, en: string, required = false): CommandOption => ({ name, kind: "text", required, about: { fr, en } });
const list = (name: string, fr: string, en: string): CommandOption => ({ name, kind: "list", about: { fr, en } });

const credentialOptions = [
  text("certificate", "certificat du client, fichier PEM", "the client’s certificate, PEM file"),
  text("key", "sa clé privée, fichier PEM", "its private key, PEM file"),
  text("secret", "secret du client, au lieu d’un certificat", "the client’s secret, instead of a certificate"),
];

async function readCredentials(input: CommandInput, { readFile }: CommandContext): Promise<Record<string, string | undefined>> {
  const read = async (name: string): Promise<string | undefined> => {
    const place = input.text(name);
    return place === undefined ? undefined : Buffer.from(await readFile(place)).toString("utf8");
  };
  return { certificate: await read("certificate"), key: await read("key"), secret: input.text("secret") };
}

const given = (facts: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
const commas = (values: readonly string[]): readonly string[] => values.flatMap((value) => value.split(",")).filter((value) => value !== "");

type Standing = { level: string; role?: string; clause?: string };
const standingOf = ({ level, role, clause }: Standing): string => [level, role, clause].filter(Boolean).join(" ");
type ApiLine = { name: string; client_id: string; audience: string; upstream: string; standing: Standing };
type SoftwareLine = { client_id: string; issuer: string; apis: string[]; standing: Standing };
type ChainLine = { id: string; began_at: string; client_id: string; person: string; passes: number };
type ChainPage = ChainLine & {
  passes: { id: string; parent: string | null; at: string; from_client: string; to_client: string; api: string; revoked_at: string | null }[];
  services: { at: string; pass: string; api: string; client_id: string; method: string; path: string; status: number | null }[];
};

const apiCommands: readonly Command[] = [
  {
    words: ["api", "add"],
    about: {
      fr: "place la garde et l’échange de jetons devant le serveur d’un fournisseur de données",
      en: "puts the guard and the token exchange before a data provider’s server",
    },
    options: [
      text("name", "nom de l’API", "name of the API", true),
      text("upstream", "adresse du serveur à protéger", "address of the server to guard", true),
      text("audience", "audience de ses jetons", "audience of its tokens"),
      list("scope", "droits qu’elle connaît ; son nom sans cela", "scopes it knows; its name without this"),
      text("client", "client OpenID existant ; sans lui, le bac à sable en crée un", "an OpenID client that exists; without it the sandbox makes one"),
      text("issuer", "bas ou production", "bas or production"),
      ...credentialOptions,
    ],
    async run(input, context) {
      const scopes = commas(input.list("scope"));
      const body = given({
        name: input.text("name"),
        upstream: input.text("upstream"),
        audience: input.text("audience"),
        scopes: scopes.length > 0 ? scopes : undefined,
        client_id: input.text("client"),
        issuer: input.text("issuer"),
        ...(await readCredentials(input, context)),
      });
      return context.ask({ method: "POST", path: "/api/trust-extension/apis", body });
    },
  },
  {
    words: ["api", "list"],
    about: { fr: "liste les API connectées", en: "lists connected APIs" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/trust-extension/apis" }),
    human: (result) =>
      (result as ApiLine[])
        .map((api) => `${api.name.padEnd(20)} ${api.client_id.padEnd(24)} ${standingOf(api.standing).padEnd(26)} ${api.upstream}`)
        .join("\n"),
  },
];

const proxyCommands: readonly Command[] = [
  {
    words: ["proxy", "add"],
    about: { fr: "confie un logiciel (client OpenID) au proxy e-santé", en: "has the e-health proxy serve a software (OpenID client)" },
    options: [
      text("id", "identifiant du client", "client identifier", true),
      ...credentialOptions,
      list("api", "API qu’il atteint", "APIs it reaches"),
      text("issuer", "bas, production ou outside", "bas, production or outside"),
    ],
    async run(input, context) {
      const body = given({
        client_id: input.text("id"),
        apis: commas(input.list("api")),
        issuer: input.text("issuer"),
        ...(await readCredentials(input, context)),
      });
      return context.ask({ method: "POST", path: "/api/trust-extension/softwares", body });
    },
  },
  {
    words: ["proxy", "list"],
    about: { fr: "liste les logiciels que sert le proxy e-santé", en: "lists the softwares that the e-health proxy serves" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/trust-extension/softwares" }),
    human: (result) =>
      (result as SoftwareLine[])
        .map((one) => `${one.client_id.padEnd(28)} ${one.issuer.padEnd(11)} ${standingOf(one.standing).padEnd(26)} ${one.apis.join(",")}`)
        .join("\n"),
  },
  {
    words: ["proxy", "remove"],
    positions: ["ID"],
    about: { fr: "retire un logiciel du proxy e-santé : ses sessions prennent fin", en: "the e-health proxy serves a software no longer: its sessions end" },
    run: (input, { ask }) => ask({ method: "DELETE", path: `/api/trust-extension/softwares/${encodeURIComponent(input.words[0] ?? "")}` }),
  },
];

const chainCommands: readonly Command[] = [
  {
    words: ["chain", "list"],
    about: { fr: "les dernières chaînes de jetons", en: "the latest chains of tokens" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/trust-extension/chains" }),
    human: (result) =>
      (result as ChainLine[]).map((line) => `${line.id} ${line.began_at} ${line.client_id.padEnd(24)} ${line.person} ${line.passes}`).join("\n"),
  },
  {
    words: ["chain", "show"],
    positions: ["ID"],
    about: { fr: "de qui à qui un jeton est passé, et les données servies", en: "from whom to whom a token went, and the data given" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/trust-extension/chains/${encodeURIComponent(input.words[0] ?? "")}` }),
    human: (result, language) => describeChain(result as ChainPage, language),
  },
];

/** One line a pass, under it what was given for it. */
function describeChain(page: ChainPage, language: Language): string {
  const words = language === "fr" ? { person: "personne", revoked: "révoqué" } : { person: "person", revoked: "revoked" };
  const lines = page.passes.flatMap((pass) => [
    `${pass.at}  ${pass.from_client} → ${pass.to_client} (${pass.api})${pass.revoked_at ? ` ${words.revoked} ${pass.revoked_at}` : ""}`,
    ...page.services
      .filter((service) => service.pass === pass.id)
      .map((service) => `  ${service.at}  ${service.method} ${service.path} ${service.status ?? "-"}`),
  ]);
  return [`${page.id}  ${words.person} ${page.person}  ${page.client_id}`, ...lines].join("\n");
}

export const trustExtensionCommands: readonly Command[] = [...apiCommands, ...proxyCommands, ...chainCommands];
