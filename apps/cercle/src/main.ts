// The `cercle` command: finds the command, runs it, prints its result or its refusal. Exit codes: 0 done, 1 refused, 2 wrong use.
import { setDefaultAutoSelectFamilyAttemptTimeout } from "node:net";
import { chooseLanguage, say } from "@cercle/kernel";
import { runCommandLine } from "./command-line/run.ts";
import { toFailure } from "./failure.ts";

const language = chooseLanguage(process.env.LC_ALL || process.env.LANG);
const wrongUse = new Set(["program.unknown-command", "program.bad-option", "program.missing-option"]);

// A quarter of a second, Node's own, is over before a busy process hears that its connection stands: the address would count as dead.
setDefaultAutoSelectFamilyAttemptTimeout(3000);

try {
  await runCommandLine(process.argv.slice(2), language);
} catch (error) {
  const refusal = toFailure(error, process.env.CERCLE_DATA ?? ".cercle");
  const reason = say(refusal.text, language, refusal.params);
  const asJson = { error: refusal.code, code: refusal.status, reason, ...(refusal.clause ? { clause: refusal.clause } : {}) };
  process.stderr.write(process.argv.includes("--json") ? `${JSON.stringify(asJson)}\n` : `${reason}\n`);
  if (process.env.CERCLE_PROGRAM_LOG_LEVEL === "debug" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = wrongUse.has(refusal.code) ? 2 : 1;
}
