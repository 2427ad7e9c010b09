// `cercle law vocabulary`, `cercle law ask FILE`. They work alone: no server, no store.
import type { Command, Language } from "@cercle/kernel";
import { lawErrors } from "./errors.ts";

type Words = { readonly fr: string; readonly en: string };

export const lawCommands: readonly Command[] = [
  {
    words: ["law", "vocabulary"],
    about: { fr: "les instruments, leurs entrées, leurs clauses, les questions", en: "the instruments, their entries, their clauses, the questions" },
    alone: true,
    run: async () => (await import("./ask/vocabulary.ts")).describeVocabulary(),
  },
  {
    words: ["law", "ask"],
    about: { fr: "ce que la loi répond d’un dossier décrit en JSON", en: "what the law answers for a file described in JSON" },
    positions: ["FILE"],
    alone: true,
    async run(input, { readFile }) {
      const { askLaw } = await import("./ask/ask.ts");
      return askLaw(readJson(await readFile(input.words[0] ?? "")));
    },
    human: tellAnswers,
  },
];

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw lawErrors.refuse("law.bad-file", { params: { problem: "JSON" }, cause });
  }
}

/** The explanations and the refusals as lines; the rest is for `--json`. */
function tellAnswers(result: unknown, language: Language): string {
  const { entries, answers } = result as {
    entries: readonly { seq: number; type: string; accepted: boolean; refusal?: { clause: string; reason: Words } }[];
    answers: readonly { about: string; [key: string]: unknown }[];
  };
  const refused = entries
    .filter((entry) => !entry.accepted)
    .map((entry) => `✖ ${entry.seq} ${entry.type}: ${entry.refusal?.reason[language]} (${entry.refusal?.clause})`);
  return [...refused, ...answers.flatMap((answer) => [`— ${answer.about}`, ...tellOne(answer, language)])].join("\n");
}

function tellOne(answer: { readonly [key: string]: unknown }, language: Language): readonly string[] {
  const lines: string[] = [];
  for (const key of ["deadlines", "obligations"]) {
    for (const clock of (answer[key] ?? []) as readonly { explanation: Words }[]) lines.push(`  ${clock.explanation[language]}`);
  }
  for (const line of (answer.forecast ?? []) as readonly { on: string; what: Words; article: string }[])
    lines.push(`  ${line.on} ${line.what[language]} (${line.article})`);
  for (const explanation of (answer.explanations ?? []) as readonly { text: Words }[]) lines.push(`  ${explanation.text[language]}`);
  if (lines.length === 0) lines.push(`  ${JSON.stringify(answer)}`);
  return lines;
}
