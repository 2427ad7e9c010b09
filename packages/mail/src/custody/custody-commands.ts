// `cercle mail retention|hold|lift|open`: terms, legal holds, access to content. Acts of two persons carry each one's own API key.
import type { Command, CommandContext, CommandInput } from "@cercle/kernel";

const keyFile = {
  name: "key-file",
  kind: "text",
  about: { fr: "fichier qui contient la clé d’API de qui agit", en: "file that holds the API key of who acts" },
} as const;
const reasonOption = { name: "reason", kind: "text", about: { fr: "motif", en: "reason" } } as const;

type Given = { readonly [name: string]: string | number | boolean | undefined };

const domainOf = (word: string): string => word.slice(word.lastIndexOf("@") + 1);
const placeOf = (word: string, ...rest: readonly string[]): string =>
  ["/api/mail", domainOf(word), ...rest].map((part, i) => (i === 0 ? part : encodeURIComponent(part))).join("/");
const body = (given: Given): Given => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

async function keyOf(input: CommandInput, { readFile }: CommandContext): Promise<string | undefined> {
  const file = input.text("key-file");
  return file === undefined
    ? undefined
    : Buffer.from(await readFile(file))
        .toString("utf8")
        .trim();
}

async function post(input: CommandInput, context: CommandContext, path: string, given: Given): Promise<unknown> {
  return context.ask({ method: "POST", path, body: body(given), key: await keyOf(input, context) });
}

/** A decision of two persons that waits: `--confirm DE-…` or `--refuse DE-…`. */
function settle(input: CommandInput, context: CommandContext): Promise<unknown> | undefined {
  for (const act of ["confirm", "refuse"] as const) {
    const reference = input.text(act);
    if (reference !== undefined)
      return post(input, context, placeOf(input.words[0] ?? "", "custody-decisions", reference), { act, reason: input.text("reason") });
  }
  return undefined;
}

const settling = [
  {
    name: "confirm",
    kind: "text",
    about: { fr: "confirme cette décision (DE-…), comme seconde personne", en: "confirms this decision (DE-…), as the second person" },
  },
  { name: "refuse", kind: "text", about: { fr: "refuse cette décision", en: "refuses this decision" } },
] as const;

const lines = (result: unknown, line: (row: Record<string, unknown>) => string): string =>
  Array.isArray(result)
    ? result.map((row) => line(row as Record<string, unknown>)).join("\n")
    : typeof result === "string"
      ? result
      : JSON.stringify(result, null, 2);

export const custodyCommands: readonly Command[] = [
  {
    words: ["mail", "retention"],
    positions: ["DOMAIN"],
    about: {
      fr: "combien de jours un opérateur garde quoi (0 : sans fin), et ce qui a été effacé ; les options changent une durée",
      en: "how many days an operator keeps what (0: without end), and what was erased; options change a term",
    },
    options: [
      { name: "trash", kind: "text", about: { fr: "Corbeille, en jours", en: "bin, in days" } },
      { name: "junk", kind: "text", about: { fr: "Indésirables, en jours", en: "junk, in days" } },
      { name: "removed", kind: "text", about: { fr: "contenu d’une boîte supprimée, en jours", en: "contents of a removed mailbox, in days" } },
      { name: "traces", kind: "text", about: { fr: "traces et actes, en jours", en: "traces and acts, in days" } },
      keyFile,
    ],
    async run(input, context) {
      const changed = body(Object.fromEntries(["trash", "junk", "removed", "traces"].map((term) => [term, input.text(term)])));
      const path = placeOf(input.words[0] ?? "", "retention");
      const key = await keyOf(input, context);
      return context.ask(Object.keys(changed).length === 0 ? { method: "GET", path, key } : { method: "PUT", path, body: changed, key });
    },
    human: (result) =>
      Object.entries((result as { days: Record<string, number> }).days)
        .map(([term, days]) => `${term.padEnd(8)} ${days}`)
        .join("\n"),
  },
  {
    words: ["mail", "hold"],
    positions: ["ADDRESS"],
    about: {
      fr: "met une boîte sous garde ; avec un domaine, montre les gardes",
      en: "places a legal hold on a mailbox; with a domain, shows the holds",
    },
    options: [
      { name: "reference", kind: "text", about: { fr: "référence de la demande ou de la procédure", en: "reference of the request or procedure" } },
      reasonOption,
      { name: "secret", kind: "flag", about: { fr: "le titulaire ne l’apprend qu’à la levée", en: "the owner learns of it only when it is lifted" } },
      keyFile,
    ],
    async run(input, context) {
      const [word = ""] = input.words;
      if (!word.includes("@")) return context.ask({ method: "GET", path: placeOf(word, "holds"), key: await keyOf(input, context) });
      const given = { address: word, reference: input.text("reference") ?? "", reason: input.text("reason") ?? "", tell_owner: !input.flag("secret") };
      return post(input, context, placeOf(word, "holds"), given);
    },
    human: (result) => lines(result, (row) => `${row.lifted_at ? "levée  " : "en cours"}  ${row.id}  ${row.address}  ${row.reference}  ${row.kept ?? 0}`),
  },
  {
    words: ["mail", "lift"],
    positions: ["DOMAIN"],
    about: { fr: "demande la levée d’une garde ; une autre personne la confirme", en: "asks for a hold to be lifted; another person confirms" },
    options: [{ name: "hold", kind: "text", about: { fr: "identifiant de la garde", en: "identifier of the hold" } }, reasonOption, ...settling, keyFile],
    run: (input, context) =>
      settle(input, context) ??
      post(input, context, placeOf(input.words[0] ?? "", "holds", input.text("hold") ?? "", "lift"), { reason: input.text("reason") ?? "" }),
    human: (result) => (result as { decision: string }).decision,
  },
  {
    words: ["mail", "open"],
    positions: ["ADDRESS"],
    about: {
      fr: "demande à lire une boîte (une autre personne confirme), puis liste et lit ; avec un domaine, montre les accès",
      en: "asks to read a mailbox (another person confirms), then lists and reads; with a domain, shows the accesses",
    },
    options: [
      reasonOption,
      { name: "until", kind: "text", about: { fr: "fin de l’accès (2026-12-01T12:00:00Z)", en: "end of the access (2026-12-01T12:00:00Z)" } },
      { name: "folder", kind: "text", about: { fr: "ce dossier seulement", en: "this folder only" } },
      { name: "since", kind: "text", about: { fr: "messages reçus depuis", en: "messages received since" } },
      { name: "before", kind: "text", about: { fr: "messages reçus avant", en: "messages received before" } },
      { name: "message-id", kind: "text", about: { fr: "ce message seulement", en: "this message only" } },
      { name: "digest", kind: "text", about: { fr: "le message de cette empreinte seulement", en: "the message of this fingerprint only" } },
      ...settling,
      { name: "list", kind: "text", about: { fr: "liste les messages de cet accès", en: "lists the messages of this access" } },
      {
        name: "read",
        kind: "text",
        about: { fr: "lit dans cet accès le message --folder-id, --uid", en: "reads in this access the message --folder-id, --uid" },
      },
      { name: "folder-id", kind: "text", about: { fr: "dossier du message, tel que listé", en: "the message’s folder, as listed" } },
      { name: "uid", kind: "text", about: { fr: "numéro du message", en: "number of the message" } },
      { name: "close", kind: "text", about: { fr: "termine cet accès", en: "ends this access" } },
      keyFile,
    ],
    async run(input, context) {
      const [word = ""] = input.words;
      const settled = settle(input, context);
      if (settled) return settled;
      const key = await keyOf(input, context);
      const [list, read, close] = [input.text("list"), input.text("read"), input.text("close")];
      if (list !== undefined) return context.ask({ method: "GET", path: placeOf(word, "accesses", list, "messages"), key });
      if (read !== undefined)
        return context.ask({
          method: "GET",
          path: `${placeOf(word, "accesses", read, "messages", input.text("folder-id") ?? "", input.text("uid") ?? "")}?as=json`,
          key,
        });
      if (close !== undefined) return post(input, context, placeOf(word, "accesses", close, "close"), {});
      if (!word.includes("@")) return context.ask({ method: "GET", path: placeOf(word, "accesses"), key });
      const scope = { folder: input.text("folder"), since: input.text("since"), before: input.text("before") };
      const message = { message_id: input.text("message-id"), digest: input.text("digest") };
      const asked = { address: word, reason: input.text("reason") ?? "", ends_at: input.text("until") ?? "" };
      return post(input, context, placeOf(word, "accesses"), { ...asked, ...scope, ...message });
    },
    human: (result) =>
      // One message that was read comes as it was received.
      lines(typeof (result as { raw?: unknown }).raw === "string" ? Buffer.from((result as { raw: string }).raw, "base64").toString("utf8") : result, (row) =>
        "uid" in row
          ? `${row.at}  ${row.folder_id}/${row.uid}  ${row.from}  ${row.subject}${row.held ? "  (garde)" : ""}`
          : `${row.state}  ${row.id}  ${row.decision}  ${row.address}`,
      ),
  },
];
