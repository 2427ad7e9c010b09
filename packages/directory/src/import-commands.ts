// `cercle import FILE…`, `cercle generate-extraction`.
import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, type CommandInput, type Language, Refusal, say } from "@cercle/kernel";
import { directoryErrors } from "./errors.ts";
import { type LayoutName, layouts } from "./france/layouts.ts";
import type { LoadProgress, LoadReport } from "./import/report.ts";
import { generateExtraction } from "./sandbox/generate.ts";
import { directoryTexts } from "./texts.ts";

type State = { state: string; progress?: LoadProgress; reports: LoadReport[]; refusal?: { code: string; status: number; title: string } };

const pollMillis = 250;

const importCommand: Command = {
  words: ["import"],
  positions: ["FILE…"],
  about: { fr: "importe des extractions nationales (texte ou zip)", en: "imports national extractions (plain or zip)" },
  options: [
    { name: "force", kind: "flag", about: { fr: "même s’il manque plus d’un dixième des lignes", en: "even when more than a tenth of the lines is missing" } },
  ],
  async run(input, { ask, interrupted, language }) {
    if (input.words.length === 0) throw directoryErrors.refuse("directory.no-file", { params: { file: "" } });
    const { id } = (await ask({
      method: "POST",
      path: "/api/imports",
      body: { files: input.words.map((word) => resolve(word)), force: input.flag("force") },
    })) as {
      id: string;
    };
    const bar = createBar(language);
    for (;;) {
      const state = (await ask({ method: "GET", path: `/api/imports/${id}` })) as State;
      bar.show(state.progress);
      if (state.state !== "running" || interrupted.aborted) {
        bar.end();
        if (state.refusal) throw new Refusal(state.refusal.code, { status: state.refusal.status, text: { fr: state.refusal.title, en: state.refusal.title } });
        return state.reports;
      }
      await new Promise((done) => setTimeout(done, pollMillis));
    }
  },
  human: (result, language) => (result as LoadReport[]).map((report) => describeReport(report, language)).join("\n\n"),
};

/** A bar on the terminal's standard error, with rate and time left; nothing when there is no terminal. */
function createBar(language: Language): { show(progress: LoadProgress | undefined): void; end(): void } {
  const terminal = process.stderr;
  return {
    show(progress) {
      if (!terminal.isTTY || !progress) return;
      const part = progress.total > 0 ? Math.min(1, progress.bytes / progress.total) : 0;
      const filled = Math.round(part * 24);
      const rate = Math.round(progress.lines / Math.max(0.1, progress.seconds));
      const left = part > 0.01 ? Math.round((progress.seconds / part) * (1 - part)) : undefined;
      const phase = say(directoryTexts[`directory.phase.${progress.phase}`], language);
      terminal.write(
        `\r${"█".repeat(filled)}${"░".repeat(24 - filled)} ${String(Math.round(part * 100)).padStart(3)} %  ${rate.toLocaleString(language)} ${say(directoryTexts["directory.lines-a-second"], language)}  ${left === undefined ? "" : `${left} s`}  ${phase}\u001b[K`,
      );
    },
    end() {
      if (terminal.isTTY) terminal.write("\r\u001b[K");
    },
  };
}

function describeReport(report: LoadReport, language: Language): string {
  const t = (key: keyof typeof directoryTexts, params: Record<string, string | number> = {}): string => say(directoryTexts[key], language, params);
  const { lines, persons, structures, doubts } = report;
  const kinds = Object.entries(doubts.counts).map(([kind, count]) => {
    const where = doubts.first.filter((doubt) => doubt.kind === kind).slice(0, 5);
    return `    ${t(`directory.doubt.${kind}` as keyof typeof directoryTexts)} : ${count} (${t("directory.line")} ${where.map((doubt) => doubt.line).join(", ")}${count > where.length ? "…" : ""})`;
  });
  return [
    `${report.file} · ${report.columns} ${t("directory.columns")} · ${report.seconds.toFixed(1)} s`,
    `  ${t("directory.report.lines", lines)}`,
    `  ${t("directory.report.persons", persons)}`,
    `  ${t("directory.report.structures", structures)}`,
    ...(kinds.length > 0 ? [`  ${t("directory.report.doubts")}`, ...kinds] : []),
  ].join("\n");
}

function numberOf(input: CommandInput, option: string, fallback: number, least: number, most: number): number {
  const text = input.text(option);
  const value = text === undefined ? fallback : Number(text);
  if (!(value >= least && value <= most)) throw directoryErrors.refuse("directory.bad-number", { params: { option, least, most } });
  return value;
}

const generate: Command = {
  words: ["generate-extraction"],
  about: { fr: "écrit une extraction nationale de synthèse", en: "writes a synthetic national extraction" },
  alone: true,
  options: [
    { name: "rows", kind: "text", required: true, about: { fr: "nombre de lignes", en: "number of rows" } },
    { name: "seed", kind: "text", about: { fr: "graine : la même donne le même fichier", en: "seed: the same gives the same file" } },
    { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
    { name: "layout", kind: "text", about: { fr: "activity (défaut), know-how, diploma, mailbox", en: "activity (default), know-how, diploma, mailbox" } },
    { name: "columns", kind: "text", about: { fr: "56 (défaut), 52 ou 48", en: "56 (default), 52 or 48" } },
    { name: "changed", kind: "text", about: { fr: "pourcentage de personnes qui diffèrent", en: "percentage of persons that differ" } },
    { name: "dirty", kind: "text", about: { fr: "pourcentage de lignes abîmées", en: "percentage of damaged rows" } },
  ],
  async run(input) {
    const layout = layouts.find(({ name }) => name === (input.text("layout") ?? "activity"));
    if (!layout) throw directoryErrors.refuse("directory.unknown-layout", { params: { header: input.text("layout") ?? "" } });
    const columns = numberOf(input, "columns", layout.columns.length, 1, 56);
    if (!layout.counts.includes(columns)) throw directoryErrors.refuse("directory.unknown-layout", { params: { header: String(columns) } });
    const out = resolve(input.text("out") ?? "");
    const rows = numberOf(input, "rows", 0, 1, 10_000_000);
    const lines = generateExtraction({
      rows,
      columns,
      layout: layout.name as LayoutName,
      seed: numberOf(input, "seed", 1, 0, 2 ** 31),
      changed: numberOf(input, "changed", 0, 0, 100),
      dirty: numberOf(input, "dirty", 0, 0, 100),
    });
    await pipeline(Readable.from(gather(lines)), createWriteStream(out, { mode: 0o600 }));
    return { out, rows };
  },
  human: (result) => (result as { out: string }).out,
};

const exportCommand: Command = {
  words: ["export-extraction"],
  about: { fr: "écrit ce que l’annuaire contient, sous une forme nationale", en: "writes what the directory holds, in a national layout" },
  options: [
    { name: "layout", kind: "text", about: { fr: "activity, know-how, diploma, mailbox (défaut)", en: "activity, know-how, diploma, mailbox (default)" } },
    { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
  ],
  run: (input, { ask }) =>
    ask({ method: "POST", path: "/api/extractions", body: { layout: input.text("layout") ?? "mailbox", out: resolve(input.text("out") ?? "") } }),
  human: (result) => (result as { out: string }).out,
};

/** Lines gathered into larger chunks, so that a line is not a write. */
function* gather(lines: Iterable<string>): Generator<string> {
  let text = "";
  for (const line of lines) {
    text += line;
    if (text.length > 262_144) {
      yield text;
      text = "";
    }
  }
  yield text;
}

export const importCommands: readonly Command[] = [importCommand, generate, exportCommand];
