// The acceptance tests of governance.md §7 that are dates: rows 1, 2 and the versions of row 6. Rows 3 to 6, met at real doors, are in
// `acceptance-doors.test.ts`.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { type Line, playCase } from "./file-cases.ts";

type Body = Record<string, unknown>;
type Counted = { answers: { deadlines?: { clause: string; last_day: string }[]; last_day?: string }[] };
let program: TestProgram;

const ask = async <T = Body>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<T> => {
  const reply = await askServer(program.data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
  assert.equal(reply?.status, 200, `${path}: ${JSON.stringify(reply?.body)}`);
  return reply?.body as T;
};
const law = (file: Body): Promise<Counted> => ask("POST", "/api/law/ask", file);
const lastDay = async (file: Body, clause: string): Promise<string | undefined> =>
  (await law(file)).answers[0]?.deadlines?.findLast((deadline) => deadline.clause === clause)?.last_day;
const count = async (territory: string, from: string, length: number, unit: string): Promise<string | undefined> =>
  (await law({ instrument: "mssante-operator", territory, ask: [{ about: "count", from, length, unit }] })).answers[0]?.last_day;

const label = [
  { type: "convention-signed", at: "2025-12-20", by: "holder", product: "p", level: "standard" },
  { type: "convention-signed", at: "2025-12-31", by: "agency", product: "p", level: "standard" },
  { type: "formal-notice-sent", at: "2026-01-30", under: "9.2.1", ground: "g" },
];
const inProduction: readonly Line[] = [
  { act: "access-requested", on: "2026-01-05", say: { role: "service-operator" } },
  { act: "terms-accepted", on: "2026-01-05", say: { version: "1.0" } },
  { act: "request-accepted", on: "2026-01-06" },
  { act: "client-registered", on: "2026-01-06", say: { by: "agency", client_id: "acceptance-{n}", environment: "bas" } },
  { act: "formal-notice-sent", on: "2026-01-30", say: { non_conformities: ["x"], delay: { length: 1, unit: "days" } } },
];
const signed: readonly Line[] = [
  { act: "domain-declared", on: "2026-01-15", say: { by: "operator", domain: "acceptance-{n}.mssante.test", title: "own" } },
  { act: "contract-signed", on: "2026-01-15", say: { by: "operator" } },
  { act: "contract-signed", on: "2026-01-15", say: { by: "agency" } },
];

const rows: readonly { row: string; what: string; shows(): Promise<void> }[] = [
  {
    row: "1a",
    what: "LAB 9.2.1 sent on Friday 30 January 2026: 28 February under CPC 641 alone, 2 March with 642",
    async shows() {
      const file = { instrument: "label-convention", entries: label, ask: ["LAB 9.2.1"] };
      assert.equal(await lastDay({ ...file, policy: "641" }, "LAB-9.2.1"), "2026-02-28");
      assert.equal(await lastDay(file, "LAB-9.2.1"), "2026-03-02");
    },
  },
  {
    row: "1b",
    what: "PSC 12.2 acknowledged on 3 February: 3 March",
    shows: () =>
      playCase(program.data, "psc-provider", [
        ...inProduction,
        { act: "letter-received", on: "2026-02-03" },
        { clock: "PSC-12.2", last: "2026-03-03", effect: "2026-03-04" },
      ]),
  },
  {
    row: "1c",
    what: "never collected, first presented on Saturday 31 January: the return moves the date back, and an entry says why",
    shows: () =>
      playCase(program.data, "psc-provider", [
        ...inProduction,
        { act: "letter-presented", on: "2026-01-31" },
        { clock: "PSC-12.2", last: "2026-03-16" },
        { act: "letter-returned", on: "2026-02-17", say: { reason: "unclaimed", presented_on: "2026-01-31" } },
        // 28 February is a Saturday: 2 March with CPC 642, which this space counts with.
        { clock: "PSC-12.2", last: "2026-03-02" },
        { entry: "dates-recomputed", says: /"before":"2026-03-16".*"after":"2026-03-02".*première présentation|"after":"2026-03-02".*"before":"2026-03-16"/ },
      ]),
  },
  {
    row: "2",
    what: "fifteen jours ouvrés, ouvrables and days over May 2026 differ; Moselle on 3 April, and on 26 December for ouvrables only",
    async shows() {
      const may = await Promise.all(["jours-ouvres", "jours-ouvrables", "days"].map((unit) => count("metropole", "2026-04-30", 15, unit)));
      assert.deepEqual(may, ["2026-05-27", "2026-05-21", "2026-05-15"]);
      assert.deepEqual(
        [await count("metropole", "2026-04-02", 1, "jours-ouvres"), await count("alsace-moselle", "2026-04-02", 1, "jours-ouvres")],
        ["2026-04-03", "2026-04-07"],
      );
      assert.deepEqual(
        [await count("metropole", "2026-12-24", 1, "jours-ouvrables"), await count("alsace-moselle", "2026-12-24", 1, "jours-ouvrables")],
        ["2026-12-26", "2026-12-28"],
      );
      assert.equal(await count("metropole", "2026-12-24", 1, "jours-ouvres"), await count("alsace-moselle", "2026-12-24", 1, "jours-ouvres"));
    },
  },
  {
    row: "6a",
    what: "a second version in one civil year only with urgency and reasons",
    shows: () =>
      playCase(program.data, "mssante-operator", [
        ...signed,
        { act: "reference-published", on: "2026-02-01", say: { version: "2" } },
        { refused: "reference-published", on: "2026-12-31", say: { version: "3" }, clause: "MSS 10" },
        { refused: "reference-published", on: "2026-12-31", say: { version: "3", urgent: true }, clause: "MSS 10" },
        { act: "reference-published", on: "2026-12-31", say: { version: "3", urgent: true, reasons: "faille" } },
        { act: "reference-published", on: "2027-01-01", say: { version: "4" } },
        { shut: "register.operators" },
      ]),
  },
];

describe("acceptance: dates (governance.md §7)", () => {
  before(async () => {
    program = await startProgram();
    await ask("PUT", "/api/clock", { at: "2031-01-01T12:00:00Z" });
  });
  after(() => program?.stop());
  for (const { row, what, shows } of rows) it(`§7.${row} ${what}`, shows);
});
