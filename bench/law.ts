// `npm run bench law`, on one core: folding 10,000 files of 100 entries (target under 2 s), sorting a work list of 100,000 open
// obligations (target under 100 ms); beside them, without a target, the rights and the obligations of those files.
import { Temporal } from "@cercle/kernel";
import { type Entry, findFullInstrument, sortByUrgency, urgencyOf } from "@cercle/law";

const files = 10_000;
const law = findFullInstrument("mssante-operator");
if (!law) throw new Error("no instrument");
const start = Temporal.Instant.from("2024-01-15T09:00:00Z");
const now = Temporal.Instant.from("2026-11-21T12:00:00Z");

/** A hundred entries of a lively file: signatures, domains, boxes, incidents, references, a control, a formal notice. */
function buildFile(number: number): readonly Entry[] {
  const entries: Entry[] = [];
  const add = (type: string, days: number, payload: Entry["payload"] = {}): number => {
    const at = start.add({ hours: days * 24 });
    entries.push({ seq: entries.length + 1, type, happenedAt: at, recordedAt: at, actor: "bench", payload });
    return entries.length;
  };
  add("contract-signed", 0, { by: "operator", operator: `o${number}` });
  add("contract-signed", 1, { by: "agency" });
  for (let i = 0; i < 5; i++) add("domain-declared", 2, { domain: `d${i}.o${number}.test` });
  for (let i = 0; i < 15; i++) add("test-mailbox-created", 3 + i, { address: `test${i}@d0.o${number}.test` });
  add("commitment-sent", 60);
  add("commitment-received", 62);
  add("commitment-found-complete", 63);
  add("validation-notified", 64);
  for (let i = 0; i < 32; i++) {
    const incident = add("incident-identified", 70 + i * 10, { what: "x", by: "operator" });
    if (i % 3) add("incident-reported", 70 + i * 10, { about: incident, channel: "email" });
  }
  const reference = add("reference-published", 400, { version: "2" });
  add("reference-commitment-sent", 500, { about: reference });
  const control = add("control-announced", 520, { control_date: "2025-08-20", plan: "p" });
  add("control-held", 560, { about: control });
  while (entries.length < 99) add("certificate-issued", 600, { serial: `${number}-${entries.length}` });
  add("formal-notice-sent", 1000, { ground: "g" });
  return entries.slice(0, 100);
}

const all = Array.from({ length: files }, (_, index) => buildFile(index));
const time = <Result>(work: () => Result): { result: Result; ms: number } => {
  // One core's time, as the target says; whatever else the machine does.
  const begun = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(begun);
  return { result, ms: (user + system) / 1000 };
};

const fold = time(() => all.map((entries) => law.fold(entries)));
const sample = fold.result.slice(0, 1000);
const rights = time(() => sample.reduce((sum, state) => sum + law.rights(state, now).length, 0));
const obligations = time(() => sample.flatMap((state) => law.obligations(state, now)));
const open = obligations.result.map(urgencyOf).filter((urgency) => urgency !== undefined);
const items = Array.from({ length: 100_000 }, (_, index) => ({ urgency: open[(index * 7919) % open.length] ?? 0, file: index }));
const list = time(() => sortByUrgency(items));

console.log(
  JSON.stringify({
    bench: "law",
    entries: all.reduce((sum, entries) => sum + entries.length, 0),
    fold_ms: Math.round(fold.ms),
    fold_target_ms: 2000,
    work_list: list.result.length,
    work_list_ms: Math.round(list.ms),
    work_list_target_ms: 100,
    rights_us_per_file: Math.round(rights.ms),
    obligations_us_per_file: Math.round(obligations.ms),
  }),
);
if (fold.ms > 2000 || list.ms > 100) process.exitCode = 1;
