// `cercle evidence export|verify|watch`.
import type { Command, CommandContext } from "@cercle/kernel";
import { evidenceErrors } from "./errors.ts";
import type { PublishedHead } from "./heads.ts";
import type { ExportedFile, Trust, Verdict } from "./verify.ts";
import type { Watched } from "./watch.ts";

const text = async (context: CommandContext, path: string): Promise<string> => Buffer.from(await context.readFile(path)).toString("utf8");

export const evidenceCommands: readonly Command[] = [
  {
    words: ["evidence", "export"],
    about: { fr: "écrit la preuve d’un dossier", en: "writes the proof file of a file" },
    options: [
      { name: "file", kind: "text", required: true, about: { fr: "référence du dossier", en: "reference of the file" } },
      { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
    ],
    async run(input, { ask, writeFile }) {
      const proof = await ask({ method: "GET", path: `/api/files/${encodeURIComponent(input.text("file") ?? "")}/evidence` });
      const out = input.text("out") ?? "";
      await writeFile(out, `${JSON.stringify(proof, null, 2)}\n`);
      return { out };
    },
    human: (result) => (result as { out: string }).out,
  },
  {
    words: ["evidence", "verify"],
    about: { fr: "vérifie une preuve, sans serveur", en: "verifies a proof file, without a server" },
    positions: ["FILE"],
    options: [
      { name: "trust", kind: "list", about: { fr: "certificats de confiance (PEM)", en: "trusted certificates (PEM)" } },
      { name: "head", kind: "text", about: { fr: "une tête qui vous a été remise", en: "a head that was handed to you" } },
    ],
    alone: true,
    async run(input, context) {
      const { verifyFile } = await import("./verify.ts");
      const verdict = verifyFile(JSON.parse(await text(context, input.words[0] ?? "")) as ExportedFile, await readTrust(input, context));
      if (verdict.verdict === "altered") throw evidenceErrors.refuse("evidence.altered", { params: { seq: verdict.first, reason: verdict.reason } });
      return verdict;
    },
    human: (result) => describe(result as Verdict),
  },
  {
    words: ["evidence", "watch"],
    about: { fr: "surveille les têtes publiées et donne l’alerte si l’histoire change", en: "watches published heads and alarms when history changes" },
    positions: ["URL"],
    options: [
      {
        name: "state",
        kind: "text",
        about: { fr: "fichier où garder la dernière tête vue (cercle-watch.json)", en: "file that keeps the last head seen (cercle-watch.json)" },
      },
      { name: "every", kind: "text", about: { fr: "secondes entre deux regards (60)", en: "seconds between two looks (60)" } },
      { name: "once", kind: "flag", about: { fr: "regarde une fois", en: "looks once" } },
    ],
    alone: true,
    run: (input, context) =>
      watch(
        { url: input.words[0] ?? "", state: input.text("state") ?? "cercle-watch.json", once: input.flag("once"), seconds: Number(input.text("every") ?? 60) },
        context,
      ),
    human: (result) => `${(result as { head: { size: number } }).head.size}`,
  },
];

async function readTrust(input: { text(name: string): string | undefined; list(name: string): readonly string[] }, context: CommandContext): Promise<Trust> {
  const { readCertificates } = await import("./chain-of-trust.ts");
  const anchors = (await Promise.all(input.list("trust").map((path) => text(context, path)))).join("\n");
  const head = input.text("head");
  return {
    ...(readCertificates(anchors).length > 0 ? { anchors } : {}),
    ...(head ? { handed: JSON.parse(await text(context, head)) as PublishedHead } : {}),
  };
}

function describe(verdict: Verdict): string {
  if (verdict.verdict === "altered") return verdict.verdict;
  const newest = verdict.heads.at(-1);
  return [
    `${verdict.verdict}, ${verdict.entries}`,
    ...(newest
      ? [
          `head ${newest.size}: ${newest.at}, key ${newest.signer.slice(0, 16)}…${newest.timestamp ? `, timestamp ${newest.timestamp.at}${newest.timestamp.trusted ? "" : " (authority not among the given anchors)"}` : ""}`,
        ]
      : []),
    ...(verdict.unattested > 0 ? [`${verdict.unattested} not yet under a head`] : []),
  ].join("\n");
}

async function watch(what: { url: string; state: string; once: boolean; seconds: number }, context: CommandContext): Promise<Watched> {
  const { lookAtHead } = await import("./watch.ts");
  const base = what.url.replace(/\/(public\/evidence\/heads)?\/?$/, "");
  for (;;) {
    const remembered = await text(context, what.state).then(
      (kept) => JSON.parse(kept) as Watched,
      () => undefined,
    );
    const { heads } = await get<{ heads: readonly PublishedHead[] }>(base, "/public/evidence/heads?limit=1");
    const [newest] = heads;
    if (!newest) throw evidenceErrors.refuse("evidence.unreachable", { params: { url: base, detail: "0" } });
    const look = await lookAtHead({
      url: base,
      newest,
      remembered,
      consistency: async (before, size) => (await get<{ path: readonly string[] }>(base, `/public/evidence/consistency?from=${before}&to=${size}`)).path,
    });
    if (!look.ok) {
      // What was seen is kept beside what was remembered: both signed, they are the proof.
      await context.writeFile(`${what.state}.alarm.json`, `${JSON.stringify({ remembered, newest, alarm: look.alarm }, null, 2)}\n`);
      throw evidenceErrors.refuse("evidence.alarm", { params: { alarm: look.alarm, url: base, seen: look.seen, remembered: look.remembered ?? 0 } });
    }
    await context.writeFile(what.state, `${JSON.stringify(look.watched, null, 2)}\n`);
    if (what.once || context.interrupted.aborted) return look.watched;
    if (look.grew) context.print(`${look.since} → ${look.watched.head.size}`);
    await rest(what.seconds * 1000, context.interrupted);
    if (context.interrupted.aborted) return look.watched;
  }
}

async function get<T>(base: string, path: string): Promise<T> {
  const failed = (detail: string): never => {
    throw evidenceErrors.refuse("evidence.unreachable", { params: { url: base, detail } });
  };
  const reply = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(15_000) }).catch(() => failed("no connection"));
  if (!reply.ok) return failed(String(reply.status));
  return (await reply.json().catch(() => failed("not JSON"))) as T;
}

function rest(millis: number, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    until.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
