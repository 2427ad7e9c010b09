// Runs the table, in order, whatever each row gave.
import type { Check } from "./check.ts";
import { certificateChecks } from "./checks/certificates.ts";
import { messageChecks } from "./checks/messages.ts";
import { registerChecks } from "./checks/registers.ts";
import { senderChecks } from "./checks/senders.ts";
import { tlsChecks } from "./checks/tls.ts";
import { userChecks } from "./checks/users.ts";
import { Lacking, type Target } from "./target.ts";

export const operatorChecks: readonly Check[] = [...tlsChecks, ...certificateChecks, ...senderChecks, ...messageChecks, ...userChecks, ...registerChecks];

export type Result = {
  readonly check: string;
  readonly requirement: string;
  readonly article: string;
  readonly severity: "must" | "should";
  readonly probe?: string;
  readonly outcome: "passed" | "failed" | "not-run";
  /** What is wrong, or what the kit lacks. */
  readonly why?: string;
  readonly ms: number;
  readonly transcript: readonly string[];
};

const longestTranscript = 200;

/** Examines one operator; `only` takes checks by name, `probes` those of the national audit domains. */
export async function examineOperator(
  target: Target,
  { only, probes = false }: { only?: readonly string[]; probes?: boolean } = {},
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const check of operatorChecks) {
    if ((only && only.length > 0 && !only.includes(check.id)) || (probes && check.probe === undefined)) continue;
    const transcript: string[] = [];
    const said = (line: string): void => {
      if (transcript.length < longestTranscript) transcript.push(line);
    };
    const started = performance.now();
    const wrong = await check.run({ target, said }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const { id, requirement, article, severity, probe } = check;
    results.push({
      check: id,
      requirement,
      article,
      severity,
      ...(probe ? { probe } : {}),
      outcome: wrong === undefined ? "passed" : wrong instanceof Lacking ? "not-run" : "failed",
      ...(wrong === undefined ? {} : { why: wrong instanceof Error ? wrong.message : String(wrong) }),
      ms: Math.round(performance.now() - started),
      transcript,
    });
  }
  return results;
}
