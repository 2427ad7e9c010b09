// The `cercle` command: finds the command, runs it, prints its result or its refusal. Exit codes: 0 done, 1 refused, 2 wrong use.
import { chooseLanguage, Refusal, say } from "@cercle/kernel";
import { runCommandLine } from "./command-line/run.ts";

const language = chooseLanguage(process.env.LC_ALL || process.env.LANG);
const wrongUse = new Set(["program.unknown-command", "program.bad-option", "program.missing-option"]);

try {
  await runCommandLine(process.argv.slice(2), language);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  const reason = say(error.text, language, error.params);
  const asJson = { error: error.code, code: error.status, reason, ...(error.clause ? { clause: error.clause } : {}) };
  process.stderr.write(process.argv.includes("--json") ? `${JSON.stringify(asJson)}\n` : `${reason}\n`);
  process.exitCode = wrongUse.has(error.code) ? 2 : 1;
}
