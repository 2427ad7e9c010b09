// `cercle conformity operator`: an operator of secure mail examined from outside, ours or anybody's (docs/conformity.md).
import { dirname, join } from "node:path";
import type { Kit, OperatorReport, Target } from "@cercle/conformity";
import { type Command, type CommandContext, type CommandInput, Refusal } from "@cercle/kernel";
import { conformityErrors } from "./errors.ts";

type Ask = CommandContext["ask"];
type SpaceKit = Pick<Kit, "host" | "trust" | "partners"> & Partial<Pick<Kit, "gateway" | "submission" | "imap">>;

const bad = (reason: string) => conformityErrors.refuse("conformity.bad-kit", { params: { reason } });

export const conformityOperator: Command = {
  words: ["conformity", "operator"],
  positions: ["DOMAIN"],
  about: {
    fr: "examine un opérateur de messagerie de l’extérieur, exigence par exigence, avec la transcription",
    en: "examines a mail operator from outside, requirement by requirement, with the transcript",
  },
  options: [
    {
      name: "kit",
      kind: "text",
      about: { fr: "fichier JSON : opérateur et partenaires (au lieu du bac à sable)", en: "JSON file: operator and partners (instead of the sandbox)" },
    },
    { name: "host", kind: "text", about: { fr: "serveur examiné", en: "server examined" } },
    { name: "gateway", kind: "text", about: { fr: "port SMTP entre opérateurs", en: "port of SMTP between operators" } },
    { name: "submission", kind: "text", about: { fr: "port de soumission", en: "port of submission" } },
    { name: "imap", kind: "text", about: { fr: "port IMAP", en: "port of IMAP" } },
    { name: "trust", kind: "text", about: { fr: "ancres du certificat de l’opérateur, PEM", en: "anchors of the operator’s certificate, PEM" } },
    { name: "recipient", kind: "text", about: { fr: "boîte de test existante", en: "an existing test mailbox" } },
    { name: "ordinary", kind: "text", about: { fr: "boîte existante qui n’est pas de test", en: "an existing mailbox that is no test one" } },
    { name: "password-file", kind: "text", about: { fr: "fichier du mot de passe de la boîte de test", en: "file with the test mailbox’s password" } },
    { name: "only", kind: "list", about: { fr: "ces contrôles seulement", en: "these checks only" } },
    { name: "probes", kind: "flag", about: { fr: "les sondes de l’audit national seulement", en: "the probes of the national audit only" } },
    { name: "report", kind: "text", about: { fr: "fichier de résultats signé à écrire", en: "signed result file to write" } },
    { name: "file", kind: "text", about: { fr: "dossier de l’opérateur où verser le rapport", en: "operator’s file that receives the report" } },
    { name: "write-kit", kind: "text", about: { fr: "écrit le kit dans ce fichier JSON et s’arrête", en: "writes the kit to this JSON file and stops" } },
  ],
  async run(input, context) {
    const { ask, writeFile, print } = context;
    const target = await readTarget(input, context);
    const kitFile = input.text("write-kit");
    if (kitFile) {
      const { binds: _binds, published: _published, cut: _cut, ...kit } = target;
      await writeFile(kitFile, `${JSON.stringify(kit, null, 2)}\n`, 0o600);
      return { kit: kitFile };
    }
    // The mail clients of the suite are loaded by who runs it, not by every command.
    const { buildReport, examineOperator, hasFailed, writeReport } = await import("@cercle/conformity");
    const results = await examineOperator(target, { only: input.list("only"), probes: input.flag("probes") });
    if (results.length === 0) throw bad("--only");
    const report = buildReport(target.domain, results, new Date());
    const out = input.text("report");
    const file = input.text("file");
    if (out || file) {
      const { signed } = (await ask({ method: "POST", path: "/api/conformity/operator/results", body: { report, ...(file ? { file } : {}) } })) as {
        signed: string;
      };
      if (out) await writeFile(out, `${signed}\n`);
    }
    if (hasFailed(report)) {
      print(context.json ? JSON.stringify(report, null, 2) : writeReport(report, context.language));
      const which = results.filter(({ outcome, severity }) => outcome === "failed" && severity === "must").map(({ check }) => check);
      throw conformityErrors.refuse("conformity.failed", { params: { failed: which.length, all: results.length, which: which.join(", ") } });
    }
    return report;
  },
  async human(result, language) {
    if (!("format" in (result as object))) return (result as { kit: string }).kit;
    const { writeReport } = await import("@cercle/conformity");
    return writeReport(result as OperatorReport, language);
  },
};

async function readTarget(input: CommandInput, { ask, readFile }: CommandContext): Promise<Target> {
  const text = async (path: string): Promise<string> => Buffer.from(await readFile(path)).toString("utf8");
  const kit = input.text("kit");
  if (kit) {
    const { readKit } = await import("@cercle/conformity");
    try {
      return await readKit(await text(kit), (path) => text(join(dirname(kit), path)));
    } catch (error) {
      throw error instanceof Refusal ? error : bad(error instanceof Error ? error.message : "JSON");
    }
  }
  const domain = input.words[0]?.toLowerCase();
  if (!domain) throw bad("DOMAIN");
  const space = (await ask({ method: "POST", path: "/api/conformity/operator/kit", body: { domain } })) as SpaceKit;
  const own = space.gateway !== undefined && input.text("host") === undefined;
  const port = (name: "gateway" | "submission" | "imap"): number | undefined => {
    const given = input.text(name);
    if (given !== undefined && !/^\d{1,5}$/.test(given)) throw bad(`--${name}`);
    return given === undefined ? (own ? space[name] : undefined) : Number(given);
  };
  const gateway = port("gateway");
  if (gateway === undefined) throw bad("--gateway");
  const trust = input.text("trust");
  const facts = async (wanted: object): Promise<{ binds: boolean; published: boolean }> =>
    (await ask({ method: "POST", path: "/api/conformity/operator/facts", body: { domain, ...wanted } })) as { binds: boolean; published: boolean };
  return {
    domain,
    host: input.text("host") ?? space.host,
    gateway,
    submission: port("submission"),
    imap: port("imap"),
    trust: trust ? await text(trust) : space.trust,
    partners: space.partners,
    ...(own ? await makeOwnMailboxes(ask, domain) : await givenMailboxes(input, text)),
    cut: async () => void (await ask({ method: "POST", path: "/api/conformity/operator/cut", body: {} })),
    binds: async (certificate) => (await facts({ certificate: Buffer.from(certificate).toString("base64") })).binds,
    published: async (address) => (await facts({ address })).published,
  };
}

type Mailboxes = Pick<Target, "recipient" | "ordinary" | "account">;

async function givenMailboxes(input: CommandInput, text: (path: string) => Promise<string>): Promise<Mailboxes> {
  const recipient = input.text("recipient");
  if (!recipient) throw bad("--recipient");
  const secret = input.text("password-file");
  return { recipient, ordinary: input.text("ordinary"), account: secret ? { user: recipient, password: (await text(secret)).trim() } : undefined };
}

/** A test mailbox and a published one, kept from one examination to the next. */
async function makeOwnMailboxes(ask: Ask, domain: string): Promise<Mailboxes> {
  const path = `/api/mail/${encodeURIComponent(domain)}/mailboxes`;
  const make = async (address: string, more: object): Promise<string> => {
    await ask({ method: "POST", path, body: { address, ...more } }).catch((error: { code?: string }) => {
      if (error.code !== "mail.taken") throw error;
    });
    return address;
  };
  const recipient = await make(`conformite-test@${domain}`, { kind: "organisational" });
  const people = (await ask({ method: "GET", path: "/api/people" })) as readonly { id: string }[];
  const ordinary = await make(`conformite@${domain}`, { kind: "personal", ...(people[0] ? { responsible: people[0].id } : {}) });
  const { password } = (await ask({ method: "POST", path: `${path}/${encodeURIComponent(recipient)}/passwords`, body: { label: "conformity" } })) as {
    password: string;
  };
  return { recipient, ordinary, account: { user: recipient, password } };
}
