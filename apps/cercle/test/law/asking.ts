// Asking the law of a running program: one for all the cases of this folder, and what they say files with.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before } from "node:test";
import { eventually, temporaryFolder } from "@cercle/testkit";

export const main = resolve(import.meta.dirname, "../../src/main.ts");
export type Words = { fr: string; en: string };
export type Deadline = {
  id: string;
  clause: string;
  article: string;
  kind: string;
  by: string;
  state: string;
  starts_on: string | null;
  start_reason: string | null;
  provisional: boolean;
  last_day: string | null;
  first_day_of_effect: string | null;
  last_day_before_move: string | null;
  due_at: string | null;
  assumption: Words | null;
  settled_by: number | null;
  explanation: Words;
};
export type RightRow = { right: string; subject: string; state: string; limits: Record<string, unknown>; clause: string; entry: number };
export type Answer = {
  phase: string;
  state: string;
  holds: string[];
  clause: string;
  rights: RightRow[];
  deadlines: Deadline[];
  obligations: Deadline[];
  allowed: { type: string; by: string; article: string }[] | boolean;
  refusal: { code: string; clause: string; not_before: string | null; reason: Words };
  forecast: {
    on: string;
    article: string;
    kind: string;
    by: string;
    leaves: { phase: string; rights: RightRow[] };
    changes: { right: string; state: string }[];
  }[];
  recomputed: {
    entry: number;
    before: { last_day: string; state: string };
    after: { last_day: string; state: string };
    reason: Words;
    review: number[];
    late_evidence: boolean;
  }[];
  explanations: { clause: string; entries: number[]; text: Words }[];
  last_day: string;
  prevails: string | null;
  latest_notice: string;
  text: Words;
};
export type Reply = { entries: { seq: number; accepted: boolean; refusal: Answer["refusal"] }[]; answers: Answer[]; policy: string };
export type Row = Record<string, unknown>;

export let folder: Awaited<ReturnType<typeof temporaryFolder>>;
export let ready: { pid: number; portal: string };

export async function ask(file: Row): Promise<Reply> {
  const response = await fetch(`${ready.portal}/api/law/ask`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(file) });
  const body = (await response.json()) as Reply;
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}
export async function one(file: Row, question: string | Row): Promise<Answer> {
  const { answers } = await ask({ ...file, ask: [question] });
  assert.ok(answers[0]);
  return answers[0];
}
export const clock = (answer: Answer, clause: string, nth = 0): Deadline => {
  const found = answer.deadlines.filter((deadline) => deadline.clause === clause && deadline.kind !== "consequence")[nth];
  assert.ok(found, `no clock ${clause} among ${answer.deadlines.map(({ id }) => id).join(" ")}`);
  return found;
};
export const open = (answer: Answer): string[] => answer.rights.filter((right) => right.state === "open").map((right) => `${right.right} ${right.subject}`);
export const dates = (deadline: Deadline): (string | null)[] => [deadline.last_day, deadline.first_day_of_effect];
export async function refusal(file: Row): Promise<Answer["refusal"]> {
  const last = (await ask({ ...file, ask: ["state"] })).entries.at(-1);
  assert.equal(last?.accepted, false, "it was accepted");
  return last.refusal;
}

before(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, "ready.json");
  const child = spawn(process.execPath, [main, "up", "--ports", "auto", "--ready-file", file], {
    env: { ...process.env, CERCLE_DATA: folder.path },
    stdio: ["ignore", "ignore", "inherit"],
  });
  child.unref();
  await eventually(
    () =>
      access(file).then(
        () => true,
        () => false,
      ),
    90,
  );
  ready = JSON.parse(await readFile(file, "utf8"));
});
after(async () => {
  process.kill(ready.pid, "SIGTERM");
  await eventually(
    () =>
      access(join(folder.path, "lock")).then(
        () => false,
        () => true,
      ),
    60,
  );
  await folder.remove();
});

export const signed = (at = "2026-01-15"): Row[] => [
  { type: "contract-signed", at, by: "operator" },
  { type: "contract-signed", at, by: "agency" },
  { type: "domain-declared", at, domain: "alpha.mssante.test" },
];
export const mss = (entries: Row[], rest: Row = {}): Row => ({ instrument: "mssante-operator", entries, ...rest });
export const validated = (at = "2026-01-15"): Row[] => [
  ...signed(at),
  { type: "commitment-sent", at: "2026-02-02" },
  { type: "commitment-received", at: "2026-02-04" },
  { type: "commitment-found-complete", at: "2026-02-05" },
  { type: "validation-notified", at: "2026-02-06" },
];

export const psc = (entries: Row[], rest: Row = {}): Row => ({ instrument: "psc-provider", entries, ...rest });
export const sandboxed: Row[] = [
  { type: "access-requested", at: "2025-09-01", legal_person: true },
  { type: "terms-accepted", at: "2025-09-01", version: "1.0" },
  { type: "request-accepted", at: "2025-09-15" },
  { type: "client-registered", at: "2025-09-15", by: "agency", client_id: "c-bas", environment: "bas" },
];
export const connected: Row[] = [
  ...sandboxed,
  { type: "integration-validated", at: "2025-10-01" },
  { type: "production-opened", at: "2025-10-02" },
  { type: "client-registered", at: "2025-10-02", by: "agency", client_id: "c-prod", environment: "production" },
];
export const notice = { id: "n", type: "formal-notice-sent", at: "2026-01-30", non_conformities: ["x"], delay: { length: 15, unit: "days" } };

export const ecps = (entries: Row[]): Row => ({ instrument: "e-cps-terms", entries });
export const active: Row[] = [
  { type: "terms-accepted", at: "2025-01-10", version: "1" },
  { type: "activated", at: "2025-01-10", by: "user", national_id: "899700000001" },
];
