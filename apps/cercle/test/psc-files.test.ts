// The terms of Pro Santé Connect in real files over the API: requests, refusals with their clause, faculties, the two kinds of end.
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { type Case, type Line, playCase } from "./file-cases.ts";

const asked: readonly Line[] = [
  { act: "access-requested", on: "2026-01-05", say: { role: "service-operator", legal_person: true, registered_in_union: true } },
  { act: "terms-accepted", on: "2026-01-05", say: { version: "1.0" } },
];
const sandbox: readonly Line[] = [
  ...asked,
  { act: "request-accepted", on: "2026-01-12" },
  { act: "client-registered", on: "2026-01-13", say: { by: "agency", client_id: "b{n}", environment: "bas" } },
];
const production: readonly Line[] = [
  ...sandbox,
  { act: "integration-validated", on: "2026-01-20" },
  { act: "production-opened", on: "2026-01-21" },
  { act: "client-registered", on: "2026-01-21", say: { by: "agency", client_id: "p{n}", environment: "production" } },
];
const notice: Line = { act: "formal-notice-sent", on: "2026-02-01", say: { non_conformities: ["EX-12"], delay: { length: 15, unit: "days" } } };

const cases: readonly Case[] = [
  {
    title: "[PSC-04] refuses a natural person, and one registered outside the Union, data providers included",
    lines: [
      { refused: "access-requested", on: "2026-01-05", say: { role: "data-provider", legal_person: false }, clause: "PSC définitions" },
      {
        refused: "access-requested",
        on: "2026-01-05",
        say: { role: "proxy-vendor", legal_person: true, registered_in_union: false },
        clause: "PSC définitions",
      },
      { refused: "access-requested", on: "2026-01-05", say: { role: "bank" }, clause: "PSC 3.1" },
    ],
  },
  {
    title: "[PSC-05] accepts with the terms only, refuses with reasons, sends back with what is missing",
    lines: [
      { act: "access-requested", on: "2026-01-05", say: { role: "service-operator" } },
      { refused: "request-accepted", on: "2026-01-06", clause: "PSC 3.1" },
      { refused: "request-refused", on: "2026-01-06", clause: "PSC 3.1" },
      { act: "request-sent-back", on: "2026-01-06", say: { missing: ["terms"] } },
      { phase: "sent-back" },
    ],
  },
  {
    title: "[PSC-06] sandbox first; production after the integration is validated",
    lines: [
      ...sandbox,
      { open: "client.sign-in", clause: "PSC 3.1" },
      { refused: "client-registered", on: "2026-01-14", say: { by: "agency", client_id: "p{n}", environment: "production" }, clause: "PSC 3.1" },
      { refused: "production-opened", on: "2026-01-15", clause: "PSC 3.1" },
      { act: "integration-validated", on: "2026-01-20" },
      { act: "production-opened", on: "2026-01-21" },
      { phase: "production" },
    ],
  },
  {
    title: "[PSC-07] the trust extension opens after evidence, in production only",
    lines: [
      ...production,
      { act: "extension-requested", on: "2026-02-01" },
      { refused: "extension-opened", on: "2026-02-02", clause: "PSC 3.2" },
      { act: "extension-evidence-accepted", on: "2026-02-03", say: { requirement: "R1" } },
      { shut: "trust-extension.use" },
      { act: "extension-opened", on: "2026-02-04" },
      { open: "trust-extension.use", clause: "PSC 3.2" },
    ],
  },
  {
    title: "[PSC-11] [PSC-30] a refusal stops use at the date by itself; use after the date is acceptance; silence is nothing",
    lines: [
      ...production,
      { act: "terms-published", on: "2026-02-01", say: { version: "2.0", effective_on: "2026-04-01" } },
      { open: "client.sign-in", seen: "2026-05-01" },
      { act: "terms-refused", on: "2026-03-01" },
      { clock: "PSC-4-stop", last: "2026-03-31", effect: "2026-04-01" },
      { open: "client.sign-in", seen: "2026-03-31" },
      { shut: "client.sign-in", seen: "2026-04-01" },
      { act: "terms-agreed", on: "2026-04-10" },
      { open: "client.sign-in" },
      // What was accepted can no longer be refused.
      { refused: "terms-refused", on: "2026-04-11", clause: "PSC 4", code: "law.already-accepted" },
    ],
  },
  {
    title: "[PSC-12] owes the self-report at once, by e-mail",
    lines: [
      ...production,
      { act: "non-conformity-identified", on: "2026-02-01", say: { by: "provider" } },
      { clock: "PSC-5-self-report", state: "due", by: "provider" },
      { refused: "self-reported", on: "2026-02-01", say: { channel: "telephone" }, clause: "PSC 5" },
      { act: "self-reported", on: "2026-02-01", say: { channel: "email" } },
      { clock: "PSC-5-self-report", state: "met" },
    ],
  },
  {
    title: "[PSC-15] a subcontractor is declared with its contract and the split of responsibility, or not at all",
    lines: [
      ...production,
      { refused: "subcontractor-declared", on: "2026-02-01", clause: "PSC 5" },
      { act: "subcontractor-declared", on: "2026-02-01", say: { contract: "hébergeur, annexe B" } },
    ],
  },
  {
    title: "[PSC-18] processing, hosting and information declared: health data only at an approved or certified host, a data provider only to verify",
    lines: [
      ...production,
      { refused: "processing-declared", on: "2026-02-01", say: { purpose: "marketing", users_informed: "u", health_data: false }, clause: "PSC 8.1" },
      { refused: "processing-declared", on: "2026-02-01", say: { purpose: "provide-the-service", health_data: false }, clause: "PSC 8.1" },
      {
        refused: "processing-declared",
        on: "2026-02-01",
        say: { purpose: "provide-the-service", users_informed: "u", health_data: true, host: "not-approved" },
        clause: "PSC 8.1",
      },
      {
        refused: "processing-declared",
        on: "2026-02-01",
        say: { purpose: "provide-the-service", data_provider: true, users_informed: "u", health_data: false },
        clause: "PSC 8.1",
      },
      { act: "processing-declared", on: "2026-02-01", say: { purpose: "provide-the-service", users_informed: "u", health_data: true, host: "approved" } },
    ],
  },
  {
    title: "[PSC-19] a contact's data: the rights are answered; kept for the contract, then archived, then erased, in that order",
    lines: [
      ...production,
      { refused: "contact-data-request", on: "2026-02-01", say: { right: "sale" }, clause: "PSC 8.2" },
      ...["access", "rectification", "portability", "erasure", "objection", "limitation", "post-mortem"].flatMap((right): Line[] => [
        { act: "contact-data-request", on: "2026-02-01", say: { right } },
        { clock: "PSC-8.2-request", state: "due", by: "agency" },
        { act: "contact-data-answered", on: "2026-02-10" },
        { clock: "PSC-8.2-request", state: "met" },
      ]),
      { refused: "contact-data-archived", on: "2026-02-11", clause: "PSC 8.2" },
      { act: "termination-notified", on: "2026-03-01", say: { channel: "email", end_date: "2026-03-10" } },
      { refused: "contact-data-erased", on: "2026-04-01", clause: "PSC 8.2" },
      { act: "contact-data-archived", on: "2026-04-01" },
      { act: "contact-data-erased", on: "2026-04-02" },
    ],
  },
  {
    title: "[PSC-29] assistance asked is owed; the access has no price: none in the terms as data",
    lines: [
      ...production,
      { act: "assistance-requested", on: "2026-02-01" },
      { clock: "PSC-3.2-assistance", state: "due", by: "agency" },
      { act: "assistance-given", on: "2026-02-03" },
      { clock: "PSC-3.2-assistance", state: "met" },
      { unsaid: /€|\bEUR\b|tarif|\bprix\b|\bprice\b|\bfee\b/i },
    ],
  },
  {
    title: "[PSC-17] a sale of the service does not carry the access",
    lines: [...production, { refused: "service-sold", on: "2026-02-01", clause: "PSC 7" }, { open: "client.sign-in" }],
  },
  {
    title: "[PSC-20] no term: five years later nothing has ended",
    lines: [...production, { open: "client.sign-in", seen: "2030-12-31" }, { phase: "production" }],
  },
  {
    title: "[PSC-21] measures agreed after the report and not done let the agency give notice; nothing closes by itself",
    lines: [
      ...production,
      { act: "audit-opened", on: "2026-02-01" },
      { act: "documents-requested", on: "2026-02-01", say: { documents: ["a"], reply_by: "2026-02-15" } },
      { clock: "PSC-11-documents", last: "2026-02-15", seen: "2026-02-16", state: "late" },
      { refused: "measures-agreed", on: "2026-02-20", say: { by: "both", until: "2026-03-31" }, clause: "PSC 11" },
      { act: "audit-report", on: "2026-02-20" },
      { act: "measures-agreed", on: "2026-02-21", say: { by: "both", until: "2026-03-31" } },
      { clock: "PSC-11-measures", last: "2026-03-31", seen: "2026-04-01", state: "late" },
      { clock: "PSC-11-measures.then", seen: "2026-04-01", by: "agency" },
      { open: "client.sign-in", seen: "2026-04-01" },
      { refused: "deactivated", on: "2026-04-01", clause: "PSC 12.2" },
    ],
  },
  {
    title: "[PSC-22] [PSC-31] [PSC-33] an exit at its stated date, by e-mail; references are then owed, and the courts named",
    lines: [
      ...production,
      { refused: "termination-notified", on: "2026-03-01", say: { channel: "letter" }, clause: "PSC 12.1" },
      { refused: "termination-notified", on: "2026-03-01", say: { channel: "email", end_date: "2026-02-01" }, clause: "PSC 12.1" },
      { act: "termination-notified", on: "2026-03-01", say: { channel: "email", end_date: "2026-03-10" } },
      { open: "client.sign-in", seen: "2026-03-09" },
      { shut: "client.sign-in", seen: "2026-03-10" },
      { clock: "PSC-12.1-references", state: "due", by: "provider" },
      { act: "references-removed", on: "2026-03-12" },
      { clock: "PSC-12.1-references", state: "met" },
      { remedy: "PSC 13", says: /administrative courts \(no seat is named\)/ },
    ],
  },
  {
    title: "[PSC-22] an exit without a date: fifteen days after reception",
    lines: [
      ...production,
      { act: "termination-notified", on: "2026-03-01", say: { channel: "email" } },
      { clock: "PSC-12.1", state: "waiting" },
      { act: "letter-received", on: "2026-03-06" },
      { clock: "PSC-12.1", last: "2026-03-21", effect: "2026-03-22" },
      { phase: "ended", seen: "2026-03-22" },
      // A letter arrives once: a second acknowledgement brings nothing back that has ended.
      { refused: "letter-received", on: "2026-04-02", clause: "PSC 12.1", code: "law.already-proved" },
      { phase: "ended", seen: "2026-04-02" },
    ],
  },
  {
    title: "[PSC-23] a month from reception at the earliest; more time counts once granted with a risk assessment; then a faculty",
    lines: [
      ...production,
      notice,
      { clock: "PSC-12.2", state: "waiting" },
      { refused: "deactivated", on: "2026-03-15", clause: "PSC 12.2" },
      { act: "letter-received", on: "2026-02-03" },
      { clock: "PSC-12.2", last: "2026-03-03", effect: "2026-03-04" },
      { act: "extension-of-time-asked", on: "2026-02-20", say: { reasons: "r" } },
      { clock: "PSC-12.2", last: "2026-03-03" },
      { refused: "extension-of-time-granted", on: "2026-02-25", say: { until: "2026-04-30" }, clause: "PSC 12.2" },
      { act: "extension-of-time-granted", on: "2026-02-25", say: { until: "2026-04-30", risk: "low" } },
      { clock: "PSC-12.2", last: "2026-04-30" },
      { refused: "deactivated", on: "2026-04-30", clause: "PSC 12.2" },
      { phase: "production", seen: "2026-08-01" },
      { act: "deactivated", on: "2026-05-02" },
      { shut: "client.sign-in" },
    ],
  },
  {
    title: "[PSC-23] repaired on the last day, the notice opens nothing",
    lines: [
      ...production,
      notice,
      { act: "letter-received", on: "2026-02-03" },
      { act: "breach-repaired", on: "2026-03-03", say: { by: "provider" } },
      { clock: "PSC-12.2", state: "cured" },
      { refused: "deactivated", on: "2026-04-01", clause: "PSC 12.2" },
    ],
  },
  {
    title: "[PSC-24] [PSC-32] cuts at once for one of two reasons, owes the information, reopens after examination only",
    lines: [
      ...production,
      { refused: "cut-for-public-interest", on: "2026-02-01", say: { ground: "breach", kind: "deactivation" }, clause: "PSC 12.2" },
      { act: "cut-for-public-interest", on: "2026-02-01", say: { ground: "public-safety", kind: "deactivation" } },
      { shut: "client.sign-in" },
      { clock: "PSC-12.2-inform", state: "due", by: "agency" },
      { refused: "reactivated", on: "2026-02-05", clause: "PSC 12.2" },
      { act: "measures-examined", on: "2026-02-06" },
      { act: "reactivated", on: "2026-02-06" },
      { phase: "production" },
      { open: "client.sign-in" },
    ],
  },
  {
    title: "[PSC-25] a removed access comes back by the whole path only, with no client of before",
    lines: [
      ...production,
      { act: "cut-for-public-interest", on: "2026-02-01", say: { ground: "general-interest", kind: "removal" } },
      { phase: "removed" },
      { refused: "reactivated", on: "2026-02-05", clause: "PSC 12.2" },
      { act: "access-requested", on: "2026-03-01", say: { role: "service-operator" } },
      // The acceptance of before went with the access.
      { refused: "request-accepted", on: "2026-03-01", clause: "PSC 3.1" },
      { act: "terms-accepted", on: "2026-03-01", say: { version: "1.0" } },
      { act: "request-accepted", on: "2026-03-02" },
      { phase: "sandbox" },
      { shut: "client.sign-in" },
      { refused: "production-opened", on: "2026-03-03", clause: "PSC 3.1" },
      { act: "cut-for-public-interest", on: "2026-03-10", say: { ground: "general-interest", kind: "deactivation" } },
      { act: "measures-examined", on: "2026-03-11" },
      { act: "reactivated", on: "2026-03-12" },
      { phase: "sandbox" },
    ],
  },
];

const users: readonly Case[] = [
  {
    title: "[ECPS-14] a refusal deactivates by itself, the day before being the last; silence changes nothing",
    lines: [
      { act: "terms-accepted", on: "2026-01-02", say: { version: "1" } },
      { act: "activated", on: "2026-01-02", say: { by: "user", national_id: "81000000{n}" } },
      { refused: "terms-published", on: "2026-02-01", say: { version: "2", effective_on: "2026-04-01", channel: "email" }, clause: "ECPS 5" },
      { act: "terms-published", on: "2026-02-01", say: { version: "2", effective_on: "2026-04-01", channel: "application" } },
      { open: "e-cps.use", seen: "2026-06-01" },
      { act: "terms-refused", on: "2026-03-01" },
      { clock: "ECPS-5-deactivation", last: "2026-03-31", effect: "2026-04-01" },
      { open: "e-cps.use", seen: "2026-03-31" },
      { phase: "deactivated", seen: "2026-04-01" },
    ],
  },
  {
    title: "[ECPS-16] a breach ends it for good, with its reason; the general interest does not, and owes the information",
    lines: [
      { act: "terms-accepted", on: "2026-01-02" },
      { act: "activated", on: "2026-01-02", say: { by: "user", national_id: "82000000{n}" } },
      { act: "deactivated-for-public-interest", on: "2026-02-01", say: { ground: "general-interest", reasons: "r" } },
      { clock: "ECPS-12.2-inform", state: "due", by: "agency" },
      { act: "activated", on: "2026-02-10", say: { by: "user", national_id: "82000000{n}" } },
      { refused: "deactivated-for-breach", on: "2026-02-11", clause: "ECPS 6, 12.2" },
      { act: "deactivated-for-breach", on: "2026-02-11", say: { reasons: "r" } },
      { shut: "e-cps.use" },
      { refused: "activated", on: "2026-03-01", say: { by: "user", national_id: "82000000{n}" }, clause: "ECPS 3.1" },
    ],
  },
  {
    title: "[ECPS-18] six years for traces, three for the device, from collection; the basis of an archive is said",
    lines: [
      { act: "trace-collected", on: "2024-02-29" },
      { clock: "ECPS-9-traces", last: "2030-02-28", effect: "2030-03-01" },
      { act: "imei-collected", on: "2025-05-03" },
      { clock: "ECPS-9-imei", last: "2028-05-03", state: "over" },
      { refused: "item-archived", on: "2028-05-04", clause: "ECPS 9" },
      { act: "item-archived", on: "2028-05-04", say: { basis: "prescription" } },
    ],
  },
  {
    title: "[ECPS-20] [ECPS-25] six rights by post or e-mail, no portability; the answer is owed",
    lines: [
      { refused: "data-request", on: "2026-02-01", say: { channel: "email", right: "portability" }, clause: "ECPS 9" },
      { refused: "data-request", on: "2026-02-01", say: { channel: "telephone", right: "access" }, clause: "ECPS 9" },
      { act: "data-request", on: "2026-02-01", say: { channel: "letter", right: "post-mortem" } },
      { clock: "ECPS-9-request", state: "due", by: "agency" },
    ],
  },
  {
    title: "[ECPS-21] the settings deactivate, the portal deletes; both close the right",
    lines: [
      { act: "terms-accepted", on: "2026-01-02" },
      { act: "activated", on: "2026-01-02", say: { by: "user", national_id: "83000000{n}" } },
      { act: "deactivated-by-user", on: "2026-02-01" },
      { phase: "deactivated" },
      { shut: "e-cps.use" },
      { act: "deleted-by-user", on: "2026-02-02" },
      { phase: "deleted" },
    ],
  },
  {
    title: "[ECPS-24] [ECPS-26] personal, without term, before the French courts",
    lines: [
      { act: "terms-accepted", on: "2026-01-02" },
      { act: "activated", on: "2026-01-02", say: { by: "user", national_id: "84000000{n}" } },
      { refused: "transferred", on: "2026-02-01", clause: "ECPS 8" },
      { open: "e-cps.use", seen: "2030-12-31" },
      { remedy: "ECPS 13", says: /French courts/ },
    ],
  },
];

describe("provider files and e-CPS files", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
    const moved = await askServer(program.data, { method: "PUT", path: "/api/clock", body: { at: "2031-01-01T12:00:00Z" } }, "en");
    if (moved?.status !== 200) throw new Error(JSON.stringify(moved));
  });
  after(() => program?.stop());
  for (const { title, lines } of cases) it(title, () => playCase(program.data, "psc-provider", lines));
  for (const { title, lines } of users) it(title, () => playCase(program.data, "e-cps-terms", lines));
});
