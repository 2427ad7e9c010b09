// The operator's contract in real files over the API: due dates to the day, refusals with their clause, rights, faculties.
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { type Case, type Line, playCase } from "./file-cases.ts";

const signed = (on = "2026-01-15"): readonly Line[] => [
  { act: "domain-declared", on, say: { by: "operator", domain: "c{n}.mssante.test", title: "own" } },
  { act: "contract-signed", on, say: { by: "operator" } },
  { act: "contract-signed", on, say: { by: "agency" } },
];
const validated: readonly Line[] = [
  ...signed(),
  { act: "commitment-sent", on: "2026-03-02", say: { channel: "registered-receipt" } },
  { act: "commitment-received", on: "2026-03-04", say: { by: "agency" } },
  { act: "commitment-found-complete", on: "2026-03-10" },
  { act: "validation-notified", on: "2026-03-12", say: { channel: "registered" } },
];
const letter = { channel: "registered-receipt" };
const faulty = { channel: "registered", compliant: false };

const cases: readonly Case[] = [
  {
    title: "[MSS-06] gives the right to exchange at the last signature, takes it with the domain",
    lines: [
      ...signed("2026-01-15").slice(0, 2),
      { shut: "domain.exchange" },
      { act: "contract-signed", on: "2026-02-01", say: { by: "agency" } },
      { open: "domain.exchange", clause: "MSS 4.1" },
      { shut: "domain.exchange", seen: "2026-01-31" },
      { act: "domain-withdrawn", on: "2026-02-10", say: { by: "agency", domain: "c{n}.mssante.test" } },
      { shut: "domain.exchange" },
    ],
  },
  {
    title: "[MSS-11] six months on month ends and leap years, renewed once by agreement before the end",
    lines: [
      ...signed("2027-08-31"),
      { clock: "MSS-4.2-commitment", last: "2028-02-29", effect: "2028-03-01" },
      { act: "provisional-renewal-agreed", on: "2028-02-29", say: { by: "both" } },
      { clock: "MSS-4.2-commitment", last: "2028-08-31" },
      { refused: "provisional-renewal-agreed", on: "2028-03-02", say: { by: "both" }, clause: "MSS 4.2" },
    ],
  },
  {
    title: "[MSS-12] a complete commitment alone validates, by registered letter; asking complements stops no clock",
    lines: [
      ...signed(),
      { refused: "validation-notified", on: "2026-03-01", say: { channel: "registered" }, clause: "MSS 4.2" },
      { act: "commitment-sent", on: "2026-03-02", say: letter },
      { act: "commitment-received", on: "2026-03-04", say: { by: "agency" } },
      { refused: "complements-requested", on: "2026-03-05", say: {}, clause: "MSS 4.2" },
      { act: "complements-requested", on: "2026-03-05", say: { missing: ["hosting"] } },
      { clock: "MSS-4.2-commitment", last: "2026-07-15" },
      { act: "commitment-found-complete", on: "2026-03-10" },
      { clock: "MSS-4.2-validation", seen: "2026-03-11", state: "due", by: "agency" },
      { refused: "validation-notified", on: "2026-03-12", say: { channel: "email" }, clause: "MSS 4.2" },
      { act: "validation-notified", on: "2026-03-12", say: { channel: "registered" } },
      { phase: "validated" },
    ],
  },
  {
    title: "[MSS-13] nothing ends with the period: posted on the last day is met and not received; the notice is owed, cured by the commitment",
    lines: [
      ...signed(),
      { act: "commitment-sent", on: "2026-07-15", say: letter },
      { clock: "MSS-4.2-commitment", seen: "2026-07-16", state: "met" },
      { clock: "MSS-4.2-reception.then", seen: "2026-07-16", by: "agency" },
      { open: "domain.exchange", seen: "2026-07-20", clause: "MSS 4.1" },
      { refused: "termination-pronounced", on: "2026-07-20", say: {}, clause: "MSS 12.2" },
      { act: "formal-notice-sent", on: "2026-07-20", say: { ...letter, for: "no-commitment" } },
      { clock: "MSS-12.2-commitment", last: "2026-08-20", effect: "2026-08-21", state: "running", seen: "2026-07-21" },
      { act: "commitment-received", on: "2026-08-20", say: { by: "agency" } },
      { clock: "MSS-12.2-commitment", seen: "2026-09-01", state: "cured" },
      { refused: "fruitless-recorded", on: "2026-09-01", say: {}, clause: "MSS 12.2" },
    ],
  },
  {
    title: "[MSS-20] [MSS-52] twenty-four elapsed hours over a change of hour; the case without liability is one of four and shows",
    lines: [
      ...signed(),
      { act: "incident-identified", on: "2026-03-28T18:00:00Z", say: { by: "operator", agency_case: "force-majeure" } },
      { clock: "MSS-5.1-incident", due: "2026-03-29T18:00:00Z", seen: "2026-03-29T12:00:00Z", state: "running" },
      { refused: "incident-reported", on: "2026-03-29T10:00:00Z", say: { channel: "letter" }, clause: "MSS 5.1" },
      { act: "incident-reported", on: "2026-03-29T18:01:00Z", say: { channel: "telephone" } },
      { clock: "MSS-5.1-incident", state: "met-late" },
      { refused: "incident-identified", on: "2026-04-01", say: { by: "operator", agency_case: "weather" }, clause: "MSS 5.1" },
    ],
  },
  {
    title: "[MSS-21] a stop of more than eight days is told before the ninth; a final stop by letter on the day, and the contract goes on",
    lines: [
      ...signed(),
      { act: "temporary-stop-started", on: "2026-03-01", say: {} },
      { clock: "MSS-5.1-temporary-stop", last: "2026-03-08" },
      { act: "service-resumed", on: "2026-03-06" },
      { clock: "MSS-5.1-temporary-stop", state: "stopped" },
      { act: "final-stop", on: "2026-05-01", say: { stop_date: "2026-05-31" } },
      { clock: "MSS-5.1-final-stop", last: "2026-05-31" },
      { refused: "final-stop-letter-sent", on: "2026-05-30", say: { channel: "registered" }, clause: "MSS 5.1" },
      { act: "final-stop-letter-sent", on: "2026-05-31", say: letter },
      { clock: "MSS-5.1-final-stop", state: "met" },
      { phase: "provisional" },
    ],
  },
  {
    title: "[MSS-25] speaks of the process from signature; the logo opens at validation and closes with the end",
    lines: [
      ...validated,
      { open: "process.announce", seen: "2026-01-16" },
      { shut: "logo.mssante", seen: "2026-03-11" },
      { open: "logo.mssante", seen: "2026-03-13", clause: "MSS 5.2" },
      { act: "contract-replaced", on: "2026-06-01", say: { by: "both" } },
      { shut: "logo.mssante" },
      { shut: "process.announce" },
    ],
  },
  {
    title: "[MSS-29] [MSS-50] six months from publication, moved off a Sunday; a second version of the year needs urgency",
    lines: [
      ...validated,
      { act: "reference-published", on: "2026-04-04", say: { version: "2" } },
      // 4 October 2026 is a Sunday.
      { clock: "MSS-10-commitment", last: "2026-10-05", effect: "2026-10-06" },
      { clock: "MSS-10-apply", last: "2026-10-05" },
      { clock: "MSS-10-notify", seen: "2026-04-05", state: "due", by: "agency" },
      { refused: "reference-published", on: "2026-09-01", say: { version: "3" }, clause: "MSS 10" },
      { act: "reference-published", on: "2026-09-01", say: { version: "3", urgent: true, reasons: "faille" } },
      { clock: "MSS-10-reception.then", by: "agency" },
      { phase: "validated" },
    ],
  },
  {
    title: "[MSS-34] fifteen whole jours ouvrés between the letter and the control, with a plan",
    lines: [
      ...validated,
      // From Monday 4 May 2026: 8 and 14 May are holidays.
      {
        refused: "control-announced",
        on: "2026-05-04",
        say: { channel: "registered", control_date: "2026-05-27", plan: "", kind: "visit" },
        clause: "MSS 7.1",
      },
      {
        refused: "control-announced",
        on: "2026-05-04",
        say: { channel: "registered", control_date: "2026-05-25", plan: "p", kind: "visit" },
        clause: "MSS 7.1",
      },
      { act: "control-announced", on: "2026-05-04", say: { channel: "registered", control_date: "2026-06-10", plan: "p", kind: "audit" } },
      { refused: "control-held", on: "2026-06-09", clause: "MSS 7.1" },
    ],
  },
  {
    title: "[MSS-49] each control says which it is, a visit or an audit; a malfunction may be its reason, none is needed",
    lines: [
      ...validated,
      { refused: "control-announced", on: "2026-05-04", say: { channel: "registered", control_date: "2026-06-10", plan: "p" }, clause: "MSS 7.1" },
      {
        refused: "control-announced",
        on: "2026-05-04",
        say: { channel: "registered", control_date: "2026-06-10", plan: "p", kind: "raid" },
        clause: "MSS 7.1",
      },
      { act: "control-announced", on: "2026-05-04", say: { channel: "registered", control_date: "2026-06-10", plan: "p", kind: "audit" } },
    ],
  },
  {
    title:
      "[MSS-35] [MSS-36] health data before a physician of the site, or of a host under L. 1111-8; the control at the agency's cost, the operator's time at its own",
    lines: [
      ...validated,
      { refused: "health-data-seen", on: "2026-05-04", say: { physician: "d", of: "site" }, clause: "MSS 7.1" },
      { act: "control-announced", on: "2026-05-04", say: { channel: "registered", control_date: "2026-06-10", plan: "p", kind: "visit" } },
      { act: "control-held", on: "2026-06-10" },
      { refused: "health-data-seen", on: "2026-06-10", say: { of: "site" }, clause: "MSS 7.1" },
      { refused: "health-data-seen", on: "2026-06-10", say: { physician: "d", of: "host" }, clause: "MSS 7.1", code: "law.wrong-physician" },
      { act: "health-data-seen", on: "2026-06-10", say: { physician: "d", of: "host", hosted_under_l1111_8: true } },
      { act: "health-data-seen", on: "2026-06-10", say: { physician: "d", of: "site" } },
      { refused: "control-cost-recorded", on: "2026-06-11", say: { by: "agency", cost: "control", borne_by: "operator" }, clause: "MSS 7.1" },
      { refused: "control-cost-recorded", on: "2026-06-11", say: { by: "operator", cost: "operator-time", borne_by: "agency" }, clause: "MSS 7.1" },
      { act: "control-cost-recorded", on: "2026-06-11", say: { by: "agency", cost: "control", borne_by: "agency", cents: 120000 } },
    ],
  },
  {
    title: "[MSS-46] the controller of each processing and its formalities are recorded; hosted health data names its certified host",
    lines: [
      ...signed(),
      { refused: "processing-recorded", on: "2026-02-01", say: { formalities: "registre", health_data_hosted: false }, clause: "MSS préambule" },
      { refused: "processing-recorded", on: "2026-02-01", say: { controller: "CH", health_data_hosted: false }, clause: "MSS préambule" },
      {
        refused: "processing-recorded",
        on: "2026-02-01",
        say: { controller: "CH", formalities: "registre", health_data_hosted: true },
        clause: "MSS préambule",
      },
      { act: "processing-recorded", on: "2026-02-01", say: { controller: "CH", formalities: "registre", health_data_hosted: true, certified_host: "H" } },
    ],
  },
  {
    title: "[MSS-37] an exceptional measure rests on a recorded disturbance, cuts at once, ends with it and opens no termination",
    lines: [
      ...validated,
      { refused: "exceptional-measure-taken", on: "2026-04-01", say: { reasons: "r" }, clause: "MSS 7.1" },
      { act: "major-disturbance-recorded", on: "2026-04-01", say: { facts: "f" } },
      { act: "exceptional-measure-taken", on: "2026-04-01", say: { reasons: "r" } },
      { shut: "domain.exchange" },
      { clock: "MSS-7.1-inform", state: "due", by: "agency" },
      { refused: "termination-pronounced", on: "2026-04-02", clause: "MSS 12.2" },
      { act: "major-disturbance-ended", on: "2026-04-03" },
      { open: "domain.exchange" },
    ],
  },
  {
    title: "two exceptional measures: the domain stays cut until the last is lifted; an act dated before others is judged at its date",
    lines: [
      ...validated,
      { act: "major-disturbance-recorded", on: "2026-04-01", say: { facts: "a" } },
      { act: "exceptional-measure-taken", on: "2026-04-01", say: { reasons: "a" } },
      { act: "major-disturbance-recorded", on: "2026-04-02", say: { facts: "b" } },
      { act: "exceptional-measure-taken", on: "2026-04-02", say: { reasons: "b" } },
      { act: "exceptional-measure-lifted", on: "2026-04-03" },
      { shut: "domain.exchange" },
      // Of the first, by its own date: the second was not open on 1 April.
      { act: "exceptional-measure-lifted", on: "2026-04-01T23:00:00+02:00" },
      { open: "domain.exchange" },
      { act: "formal-notice-sent", on: "2026-05-05", say: { ...letter, for: "other", ground: "g" } },
      { act: "fruitless-recorded", on: "2026-07-01" },
      { refused: "fruitless-recorded", on: "2026-06-01", clause: "MSS 12.2" },
      { act: "fruitless-recorded", on: "2026-06-10" },
      { act: "termination-pronounced", on: "2026-06-20" },
      { phase: "ended" },
    ],
  },
  {
    title: "[MSS-38] sixty jours ouvrés for the report, the remedy from reception, no suspension before the second visit",
    lines: [
      ...validated,
      { act: "control-announced", on: "2026-04-01", say: { channel: "registered", control_date: "2026-05-04", plan: "p", kind: "visit" } },
      { act: "control-held", on: "2026-05-04" },
      // Sixty jours ouvrés from 4 May: 8, 14, 25 May and 14 July do not count.
      { clock: "MSS-7.2-report", last: "2026-07-31", by: "agency" },
      { act: "control-report-sent", on: "2026-06-01", say: { ...faulty, remedy: { length: 2, unit: "months" } } },
      { clock: "MSS-7.2-remedy", state: "waiting" },
      { act: "letter-received", on: "2026-06-03" },
      { clock: "MSS-7.2-remedy", last: "2026-08-03" },
      { refused: "suspension-pronounced", on: "2026-08-10", clause: "MSS 7.2" },
      { act: "second-visit-announced", on: "2026-08-10", say: { channel: "registered", control_date: "2026-09-15", plan: "p" } },
      { act: "second-visit-held", on: "2026-09-15" },
      { act: "second-visit-report-sent", on: "2026-09-20", say: faulty },
      { clock: "MSS-7.2-failed", state: "due", by: "agency" },
      { open: "domain.exchange" },
      { act: "suspension-pronounced", on: "2026-09-21" },
      { shut: "domain.exchange" },
      { open: "register.operators" },
    ],
  },
  {
    title: "[MSS-39] [MSS-41] thirty days, not a month, from the letter with receipt; then two years of confidentiality",
    lines: [
      ...validated,
      { refused: "termination-notified", on: "2026-07-01", say: { channel: "email" }, clause: "MSS 12.1" },
      { act: "termination-notified", on: "2026-07-01", say: letter },
      { clock: "MSS-12.1", last: "2026-07-31", effect: "2026-08-01" },
      { open: "domain.exchange", seen: "2026-07-31" },
      { phase: "ended", seen: "2026-08-01" },
      { shut: "register.operators", seen: "2026-08-01" },
      { clock: "MSS-9", last: "2028-08-01" },
    ],
  },
  {
    title: "[MSS-40] two years, renewed tacitly by two years",
    lines: [...signed("2026-03-15"), { clock: "MSS-11-term", effect: "2028-03-15", seen: "2026-04-01" }, { phase: "provisional", seen: "2030-01-01" }],
  },
  {
    title: "[MSS-42] [MSS-43] a month from sending opens a faculty; only the finding, then the agency's act, ends it",
    lines: [
      ...validated,
      { act: "formal-notice-sent", on: "2026-10-31", say: { ...letter, ground: "g", for: "other" } },
      { clock: "MSS-12.2", last: "2026-11-30", effect: "2026-12-01" },
      { refused: "fruitless-recorded", on: "2026-11-30", clause: "MSS 12.2" },
      { clock: "MSS-12.2", seen: "2026-12-02", state: "open" },
      { phase: "validated", seen: "2026-12-31" },
      { refused: "termination-pronounced", on: "2026-12-01", clause: "MSS 12.2" },
      { act: "fruitless-recorded", on: "2026-12-01" },
      { act: "termination-pronounced", on: "2026-12-02" },
      { shut: "domain.exchange" },
      { shut: "register.operators" },
      { clock: "MSS-12.3-documents", state: "due", by: "operator" },
    ],
  },
  {
    title: "[MSS-44] a transfer moves the formal notice with the service, and owes new certificates",
    lines: [
      ...validated,
      { act: "formal-notice-sent", on: "2026-10-01", say: { ...letter, for: "other", ground: "g" } },
      { act: "service-transferred", on: "2026-10-10", say: { by: "both", to: "buyer" } },
      { clock: "MSS-13-certificates", state: "due", by: "agency" },
      { clock: "MSS-12.2", last: "2026-11-02", state: "open" },
      { open: "domain.exchange" },
    ],
  },
  {
    title: "[MSS-45] the operator's notice has effect at the stated address only",
    lines: [
      ...validated,
      { refused: "termination-notified", on: "2026-07-01", say: { ...letter, address: "other" }, clause: "MSS 15" },
      { act: "termination-notified", on: "2026-07-01", say: { ...letter, address: "stated" } },
    ],
  },
  {
    title: "[MSS-51] the remedy shows on the file: amicable, then the administrative court of the agency's seat",
    lines: [...signed(), { remedy: "MSS 14", says: /Amicably first.*administrative court of the agency/ }],
  },
];

describe("operator files", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
    const moved = await askServer(program.data, { method: "PUT", path: "/api/clock", body: { at: "2031-01-01T12:00:00Z" } }, "en");
    if (moved?.status !== 200) throw new Error(JSON.stringify(moved));
  });
  after(() => program?.stop());
  for (const { title, lines } of cases) it(title, () => playCase(program.data, "mssante-operator", lines));
});
