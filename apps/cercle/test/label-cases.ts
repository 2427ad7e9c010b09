// The label convention as a table: acts on their legal dates, and what must then hold on a day.
import type { Case, Line } from "./file-cases.ts";

const signed = (holder = "2025-12-20", agency = "2025-12-31"): readonly Line[] => [
  { act: "convention-signed", on: holder, say: { by: "holder", product: "s{n}", level: "standard" } },
  { act: "convention-signed", on: agency, say: { by: "agency", product: "s{n}", level: "standard" } },
];
const labelled = signed();
const letter = { channel: "registered-receipt" };
const application = {
  motive: "first",
  company: "Éditions du Chêne fictif",
  seat: "1 rue du Test, 75000 Paris",
  phone: "0100000000",
  email: "label@editeur.test",
  registration_place: "Paris",
  registration_number: "000000000",
  owner: true,
  health_centres_only: true,
  sincere: true,
};
const filed: Line = { act: "application-filed", on: "2025-10-01", say: application };
const piece = (name: string, more = {}): Line => ({ act: "piece-filed", on: "2025-10-02", say: { piece: name, ...more } });
const allProvisions = ["visits", "sla", "hotline", "maintenance", "coding-table", "training", "manual", "reversibility"];
const proved = (names: readonly string[]) => names.map((provision) => ({ provision, evidence: "contrat type p. 3" }));
const failed: Line = { act: "audit-held", on: "2026-02-01", say: { compliant: false, functions: ["AGENDA"], environment: "demonstration" } };

export const labelCases: readonly Case[] = [
  {
    title:
      "[LAB-01] [LAB-02] the owner of a product for health centres only applies, first or from V1, with its identity; another is sent to the other convention",
    lines: [
      { refused: "application-filed", on: "2025-10-01", say: { ...application, owner: false }, clause: "LAB préambule" },
      { refused: "application-filed", on: "2025-10-01", say: { ...application, health_centres_only: false }, clause: "LAB 3.1", code: "law.other-procedure" },
      { refused: "application-filed", on: "2025-10-01", say: { ...application, motive: "renewal" }, clause: "LAB préambule, 4.2.1" },
      { refused: "application-filed", on: "2025-10-01", say: { ...application, registration_number: "" }, clause: "LAB préambule, 4.2.1" },
      { act: "application-filed", on: "2025-10-01", say: { ...application, motive: "v1-to-v2" } },
      { phase: "examination" },
    ],
  },
  {
    title: "[LAB-03] five pieces, the candidate's copy of the referential dated and signed; no convention is signed on an incomplete file",
    lines: [
      filed,
      ...["convention", "rules", "assurance-plan", "documents"].map((name) => piece(name)),
      piece("referential"),
      { refused: "file-found-complete", on: "2025-10-05", clause: "LAB 2" },
      { refused: "convention-signed", on: "2025-10-06", say: { by: "agency" }, clause: "LAB 2" },
      piece("referential", { signed_on: "2025-10-04" }),
      { act: "file-found-complete", on: "2025-10-07" },
      ...labelled,
      { phase: "labelled" },
    ],
  },
  {
    title: "[LAB-06] both sign one level; new evidence lowers nothing, an amendment signed by both changes it",
    lines: [
      ...labelled.slice(0, 1),
      { refused: "convention-signed", on: "2025-12-31", say: { by: "agency", level: "advanced" }, clause: "LAB 3.2" },
      ...labelled.slice(1),
      failed,
      { open: "register.label" },
      { refused: "amendment-signed", on: "2026-04-01", say: { by: "holder", product: "s{n}", level: "advanced" }, clause: "LAB 8, 11" },
      { act: "amendment-signed", on: "2026-04-01", say: { by: "both", product: "s{n}", level: "advanced" } },
      { open: "register.label", clause: "LAB 6.9" },
    ],
  },
  {
    title: "[LAB-08] two calendar months from date to date, moved off a Saturday; the other reading is said",
    lines: [
      ...labelled,
      // 28 February 2026 is a Saturday.
      { clock: "LAB-4.1", last: "2026-03-02", by: "holder", assumes: /two whole civil months/ },
      { act: "version-offered", on: "2026-03-02" },
      { clock: "LAB-4.1", state: "met" },
    ],
  },
  {
    title: "[LAB-09] declared sincere; a changed piece is reported at once and may be controlled; a labelled function sold apart is a breach",
    lines: [
      { refused: "application-filed", on: "2025-10-01", say: { ...application, sincere: false }, clause: "LAB 4.2.1" },
      ...labelled,
      { act: "file-piece-changed", on: "2026-02-01", say: { by: "holder" } },
      { clock: "LAB-4.2.1", state: "due", by: "holder" },
      { act: "file-change-reported", on: "2026-02-03" },
      { clock: "LAB-4.2.1", state: "met" },
      { act: "audit-held", on: "2026-03-01", say: { compliant: true, functions: ["HEBERGEMENT"] } },
      { act: "option-found", on: "2026-04-01", say: { function: "AGENDA" } },
      { act: "formal-notice-sent", on: "2026-04-02", say: { ...letter, under: "9.2.1" } },
    ],
  },
  {
    title: "[LAB-10] each provision of the customer contract has its evidence; the recovery plan only for SaaS",
    lines: [
      ...labelled,
      { refused: "customer-contract-checked", on: "2026-01-10", say: { by: "agency", provisions: proved(allProvisions.slice(1)) }, clause: "LAB 4.2.2" },
      {
        refused: "customer-contract-checked",
        on: "2026-01-10",
        say: { by: "agency", provisions: [...proved(allProvisions.slice(1)), { provision: "visits", evidence: "" }] },
        clause: "LAB 4.2.2",
      },
      { refused: "customer-contract-checked", on: "2026-01-10", say: { by: "agency", saas: true, provisions: proved(allProvisions) }, clause: "LAB 4.2.2" },
      { act: "customer-contract-checked", on: "2026-01-10", say: { by: "agency", saas: false, provisions: proved(allProvisions) } },
      { act: "customer-contract-checked", on: "2026-01-10", say: { by: "agency", saas: true, provisions: proved([...allProvisions, "recovery-plan"]) } },
    ],
  },
  {
    title: "[LAB-11] [LAB-36] a change stays owed until both channels are proved, without a number of days; the versioning policy too",
    lines: [
      ...labelled,
      { clock: "LAB-4.3.1-policy", state: "due", by: "holder" },
      { act: "versioning-policy-filed", on: "2026-01-15", say: { document: "politique" } },
      { clock: "LAB-4.3.1-policy", state: "met" },
      { act: "solution-changed", on: "2026-02-01", say: { by: "holder" } },
      { act: "change-notified-by-email", on: "2026-02-02", say: { channel: "email", documents: ["évolutions"] } },
      { clock: "LAB-4.3.1-email", state: "met" },
      { clock: "LAB-4.3.1-letter", state: "due", seen: "2028-01-01" },
      { refused: "change-notified-by-letter", on: "2026-02-03", say: { channel: "email" }, clause: "LAB 4.3.1" },
      { act: "change-notified-by-letter", on: "2026-02-03", say: { ...letter, documents: ["évolutions"] } },
      { clock: "LAB-4.3.1-letter", state: "met" },
    ],
  },
  {
    title: "[LAB-12] a new application only for an upgrade, substantial, that touches the coverage: all three; the label stays",
    lines: [
      ...labelled,
      { act: "solution-changed", on: "2026-02-01", say: { by: "holder", upgrade: true, substantial: true, coverage: false } },
      { none: "LAB-4.3.1-steps" },
      { refused: "reapplication-asked", on: "2026-02-10", say: { asks: "steps" }, clause: "LAB 4.3.1" },
      { act: "solution-changed", on: "2026-03-01", say: { by: "holder", upgrade: true, substantial: true, coverage: true } },
      { clock: "LAB-4.3.1-steps", state: "due", by: "agency", assumes: /label stays/ },
      { act: "reapplication-asked", on: "2026-03-10", say: { asks: "steps", steps: ["visit"] } },
      { open: "logo.label" },
    ],
  },
  {
    title: "[LAB-13] suspension and insolvency end nothing; a stop of sales opens the withdrawal of article 9, with its month",
    lines: [
      ...labelled,
      { act: "sales-suspended", on: "2026-01-20" },
      { act: "insolvency-reported", on: "2026-01-21" },
      { none: "LAB-4.3.2" },
      { phase: "labelled", seen: "2029-01-01" },
      { act: "sales-stopped", on: "2026-02-01", say: { by: "holder" } },
      { clock: "LAB-4.3.2", state: "due", by: "agency" },
      { act: "formal-notice-sent", on: "2026-02-10", say: { ...letter, under: "9.2.1" } },
      { clock: "LAB-4.3.2", state: "met" },
      { clock: "LAB-9.2.1", last: "2026-03-10" },
    ],
  },
  {
    title: "[LAB-14] conformity visit before, complementary visit after, audits at any time; at a customer's only with its agreement; a refusal is a breach",
    lines: [
      { act: "conformity-visit-held", on: "2025-11-01", say: { results: ["S1: conforme"] } },
      ...labelled,
      { refused: "conformity-visit-held", on: "2026-01-10", say: { results: ["S1"] }, clause: "LAB 5" },
      { refused: "complementary-visit-held", on: "2026-03-01", say: { compliant: true, place: "customer-site" }, clause: "LAB 4.2.2" },
      { act: "complementary-visit-held", on: "2026-03-01", say: { compliant: true, place: "customer-site", customer_agreed: true } },
      { refused: "audit-held", on: "2026-04-01", say: { functions: ["AGENDA"], place: "customer-site" }, clause: "LAB 4.2.2" },
      { act: "control-refused", on: "2026-05-01" },
      { act: "formal-notice-sent", on: "2026-05-04", say: { ...letter, under: "9.2.1" } },
    ],
  },
  {
    title: "[LAB-15] the complementary visit within six months of the last signature, against the agency; parked when nobody is deployed, due at deployment",
    lines: [
      ...labelled,
      { clock: "LAB-5.1", last: "2026-06-30", by: "agency", state: "running", seen: "2026-06-30" },
      { act: "not-deployed-declared", on: "2026-05-01" },
      { clock: "LAB-5.1", state: "stopped", seen: "2026-09-01" },
      { act: "first-deployment", on: "2026-09-01" },
      { clock: "LAB-5.1-deployment", state: "due", by: "agency" },
      { act: "complementary-visit-held", on: "2026-09-20", say: { compliant: false, recommendations: "r" } },
      { clock: "LAB-5.1-deployment", state: "met" },
      { phase: "labelled" },
      { act: "audit-held", on: "2026-10-10", say: { compliant: false, functions: ["AGENDA"], from: "visit" } },
    ],
  },
  {
    title: "[LAB-16] an audit names its functions and where it comes from; production needs a reason",
    lines: [
      ...labelled,
      { refused: "audit-held", on: "2026-03-01", say: { from: "programme" }, clause: "LAB 5.2" },
      { refused: "audit-held", on: "2026-03-01", say: { functions: ["AGENDA"], environment: "production" }, clause: "LAB 5.2" },
      { refused: "audit-held", on: "2026-03-01", say: { functions: ["AGENDA"], from: "mood" }, clause: "LAB 5.2" },
      {
        act: "audit-held",
        on: "2026-03-01",
        say: { functions: ["AGENDA"], from: "report", environment: "production", reason: "non reproductible", place: "remote" },
      },
    ],
  },
  {
    title: "[LAB-17] no health data before that site's plan comes back dated and signed, and only under a professional who practises there",
    lines: [
      ...labelled,
      {
        refused: "health-data-accessed",
        on: "2026-03-01",
        say: { site: "CDS A", controller: "c", professional: "p", practises_there: true },
        clause: "LAB 5.3",
      },
      { refused: "assurance-plan-returned", on: "2026-03-02", say: { by: "agency", site: "CDS A", signed_by: "directrice" }, clause: "LAB 5.3" },
      { act: "assurance-plan-returned", on: "2026-03-02", say: { by: "agency", site: "CDS A", signed_by: "directrice", signed_on: "2026-03-01" } },
      {
        refused: "health-data-accessed",
        on: "2026-03-03",
        say: { site: "CDS B", controller: "c", professional: "p", practises_there: true },
        clause: "LAB 5.3",
      },
      {
        refused: "health-data-accessed",
        on: "2026-03-03",
        say: { site: "CDS A", controller: "c", professional: "p", practises_there: false },
        clause: "LAB 5.3",
      },
      { refused: "health-data-accessed", on: "2026-03-03", say: { site: "CDS A", controller: "c", practises_there: true }, clause: "LAB 5.3" },
      { act: "health-data-accessed", on: "2026-03-03", say: { site: "CDS A", controller: "c", professional: "p", practises_there: true } },
    ],
  },
  {
    title: "[LAB-20] logo and communication stay closed during examination and open at the last signature, whoever signs it",
    lines: [
      ...signed("2026-01-10", "2026-01-02").slice(1),
      { shut: "logo.label" },
      { shut: "label.announce" },
      ...signed("2026-01-10", "2026-01-02").slice(0, 1),
      { shut: "logo.label", seen: "2026-01-09" },
      { open: "logo.label", seen: "2026-01-11", clause: "LAB 6.2" },
      { open: "label.announce", seen: "2026-01-11", clause: "LAB 6.3" },
    ],
  },
  {
    title: "[LAB-21] [LAB-38] anyone reports a misuse, the holder owes the report of what it learns, distributors are bound, no mark is filed anywhere",
    lines: [
      ...labelled,
      { act: "infringement-learnt", on: "2026-02-01" },
      { clock: "LAB-6.6", state: "due", by: "holder" },
      { act: "infringement-reported", on: "2026-02-02" },
      { clock: "LAB-6.6", state: "met" },
      { refused: "distributor-listed", on: "2026-02-03", say: { distributor: "D", bound: false }, clause: "LAB 6.7" },
      { act: "distributor-listed", on: "2026-02-03", say: { distributor: "D", bound: true } },
      { act: "logo-misuse-reported", on: "2026-03-01", say: { facts: "logo modifié" } },
      { act: "mark-filing-found", on: "2026-03-02", say: { territory: "Belgique" } },
      { act: "formal-notice-sent", on: "2026-03-03", say: { ...letter, under: "6.8" } },
    ],
  },
  {
    title: "[LAB-22] thirty days from sending under 6.8, a month under 9.2.1: the letter says which, the file shows both",
    lines: [
      ...labelled,
      { refused: "formal-notice-sent", on: "2026-01-30", say: letter, clause: "LAB 9.2.1" },
      { act: "formal-notice-sent", on: "2026-01-30", say: { ...letter, under: "6.8", ground: "logo" } },
      // 1 March 2026 is a Sunday; 28 February a Saturday.
      { clock: "LAB-6.8", last: "2026-03-02" },
      { clock: "LAB-9.2.1-other", last: "2026-03-02" },
      { refused: "withdrawal-pronounced", on: "2026-03-02", clause: "LAB 6.8" },
      { phase: "labelled", seen: "2028-01-01" },
      { act: "formal-notice-sent", on: "2026-05-04", say: { ...letter, under: "9.2.1", ground: "logo" } },
      { clock: "LAB-9.2.1", last: "2026-06-04" },
      { clock: "LAB-6.8-other", last: "2026-06-03" },
    ],
  },
  {
    title: "[LAB-24] the holder is invited to the national catalogue",
    lines: [
      ...labelled,
      { clock: "LAB-6.9-catalogue", state: "due", by: "agency" },
      { act: "catalogue-invitation-sent", on: "2026-01-05" },
      { clock: "LAB-6.9-catalogue", state: "met" },
    ],
  },
  {
    title: "[LAB-26] one year by tacit renewal; a letter before the anniversary is a termination that runs into the next term",
    lines: [
      ...labelled,
      { clock: "LAB-8", effect: "2026-12-31", seen: "2026-01-10" },
      { clock: "LAB-8", effect: "2027-12-31", seen: "2027-01-10" },
      { act: "termination-notified", on: "2026-12-01", say: letter },
      { phase: "labelled", seen: "2027-06-01" },
      { phase: "ended", seen: "2027-06-02" },
    ],
  },
  {
    title: "[LAB-27] a new referential is told with six to twelve months or none, and needs an amendment signed by both",
    lines: [
      ...labelled,
      { refused: "referential-evolved", on: "2026-02-01", say: { delay: { length: 3, unit: "months" } }, clause: "LAB 8" },
      { refused: "referential-evolved", on: "2026-02-01", say: { delay: { length: 13, unit: "months" } }, clause: "LAB 8" },
      { act: "referential-evolved", on: "2026-02-01", say: { delay: { length: 6, unit: "months" } } },
      { clock: "LAB-8-application", last: "2026-08-01", assumes: /no effect is written/ },
      { clock: "LAB-8-amendment", state: "due" },
      { refused: "amendment-signed", on: "2026-03-01", say: { by: "agency" }, clause: "LAB 8, 11" },
      { act: "amendment-signed", on: "2026-03-01", say: { by: "both" } },
      { clock: "LAB-8-amendment", state: "met" },
      { act: "referential-evolved", on: "2027-02-01", say: {} },
    ],
  },
  {
    title: "[LAB-28] six months from the holder's letter, from an assumed sending; the label stays until then",
    lines: [
      ...labelled,
      { refused: "termination-notified", on: "2026-08-31", say: { channel: "registered" }, clause: "LAB 9.1" },
      { act: "termination-notified", on: "2026-08-31", say: letter },
      { clock: "LAB-9.1", last: "2027-02-28", effect: "2027-03-01", assumes: /runs from sending/ },
      { open: "register.label", seen: "2027-02-28" },
      { shut: "register.label", seen: "2027-03-01" },
    ],
  },
  {
    title: "[LAB-29] [LAB-40] a month from sending, repairs on record, a finding, then the agency's act: nothing by itself",
    lines: [
      ...labelled,
      { act: "formal-notice-sent", on: "2026-01-30", say: { ...letter, under: "9.2.1", ground: "host change" } },
      { clock: "LAB-9.2.1", last: "2026-03-02", effect: "2026-03-03" },
      { act: "repair-act-recorded", on: "2026-02-15", say: { act: "hébergeur déclaré" } },
      { told: "repair-act-recorded", about: /act of repair/ },
      { refused: "withdrawal-pronounced", on: "2026-03-02", clause: "LAB 9.2.1" },
      { refused: "withdrawal-pronounced", on: "2026-03-03", clause: "LAB 9.2.1" },
      { act: "fruitless-recorded", on: "2026-03-03" },
      { phase: "labelled", seen: "2026-12-01" },
      { act: "withdrawal-pronounced", on: "2026-03-04" },
      { phase: "ended" },
    ],
  },
  {
    title: "[LAB-30] after a control that found a fault, with reasons and no delay; a wider perimeter by a letter that names the new procedure",
    lines: [
      ...labelled,
      { refused: "withdrawal-after-control", on: "2026-01-31", say: { reasons: "r" }, clause: "LAB 9.2.2" },
      failed,
      { refused: "withdrawal-after-control", on: "2026-02-02", say: {}, clause: "LAB 9.2.2" },
      { refused: "ended-for-wider-perimeter", on: "2026-02-03", say: { ...letter }, clause: "LAB 9.2.3" },
      { refused: "ended-for-wider-perimeter", on: "2026-02-03", say: { channel: "email", procedure: "V3" }, clause: "LAB 9.2.3" },
      { act: "ended-for-wider-perimeter", on: "2026-02-03", say: { ...letter, procedure: "V3" } },
      { phase: "ended" },
    ],
  },
  {
    title: "[LAB-25] [LAB-31] the end closes the logo at once, runs thirty days and three weeks, and keeps two years of confidentiality",
    lines: [
      ...labelled,
      failed,
      { act: "withdrawal-after-control", on: "2026-02-02", say: { reasons: "r" } },
      { shut: "logo.label" },
      { shut: "register.label" },
      { clock: "LAB-9.3-documents", last: "2026-03-04", by: "holder" },
      { clock: "LAB-9.3-customers", last: "2026-02-23", by: "holder" },
      { clock: "LAB-7", last: "2028-02-02" },
      { act: "customers-told", on: "2026-02-23" },
      { clock: "LAB-9.3-customers", state: "met" },
    ],
  },
  {
    title: "[LAB-32] a transfer or a change of control is reported at any time, during examination too, and owes an amendment",
    lines: [
      { act: "transfer-reported", on: "2025-11-01", say: { kind: "change-of-control", to: "Groupe fictif" } },
      { clock: "LAB-11", state: "due", assumes: /arguable/ },
      ...labelled,
      { act: "transfer-reported", on: "2026-02-01", say: { kind: "product-sale", to: "Acheteur fictif" } },
      { clock: "LAB-11", state: "due" },
      { act: "amendment-signed", on: "2026-02-20", say: { by: "both" } },
      { clock: "LAB-11", state: "met" },
      { open: "logo.label" },
    ],
  },
  {
    title: "[LAB-41] amicably first, on record; then the administrative court of the agency's seat",
    lines: [
      ...labelled,
      { refused: "court-seised", on: "2026-05-01", say: { by: "holder" }, clause: "LAB 12" },
      { act: "amicable-attempt-recorded", on: "2026-05-02", say: { by: "both" } },
      { act: "court-seised", on: "2026-06-01", say: { by: "holder" } },
      { remedy: "LAB 12", says: /Amicably first.*administrative court of the agency/ },
    ],
  },
];
