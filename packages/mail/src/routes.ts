// An operator over the API: queue, partners, proofs, indicators, incidents; its mailboxes (`mailbox-routes.ts`).
import { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { type AdministrationSurface, administrationRoutes, forAdministrators } from "./administration-routes.ts";
import type { Agency } from "./agency/agency.ts";
import { type CheckParts, checkAddress } from "./check-address.ts";
import { type CustodySurface, custodyRoutes } from "./custody/custody-routes.ts";
import { mailErrors } from "./errors.ts";
import { mailboxRoutes } from "./mailboxes/mailbox-routes.ts";
import type { Operator } from "./operator.ts";
import type { MailPeople, MailRights, PeerVerdict, Publication } from "./ports.ts";
import { formPatientAddress, identityStates, type PatientRules } from "./submission/patient-address.ts";
import { transferRoutes } from "./transfer/transfer-routes.ts";
import { computeIndicators } from "./watching/indicators.ts";
import type { DeliverIndicators } from "./watching/monthly.ts";
import { type ProofSigner, signProof } from "./watching/proof.ts";

export type MailSurface = {
  store: Store;
  operators: readonly Operator[];
  rights: MailRights;
  people: MailPeople;
  publication: Publication | undefined;
  agency: Agency;
  signer(): Promise<ProofSigner>;
  now(): Temporal.Instant;
  timeZone: string;
  administers: AdministrationSurface["administers"];
  decisions: CustodySurface["decisions"];
  clock: CustodySurface["clock"];
  patients: PatientRules | undefined;
  /** Of a component's certificate, PEM. */
  verifyComponent(certificate: string): Promise<PeerVerdict>;
  /** To an agency outside. */
  deliver: DeliverIndicators | undefined;
  /** Day of the month by which the indicators of the month before are due. */
  indicatorsDay: number;
  check: Omit<CheckParts, "operators" | "store">;
};

const operator = z.object({ domain: z.string().max(120) });
const month = z.string().regex(/^20\d\d-(?:0[1-9]|1[0-2])$/);
const officers = ["officer", "operator-contact"];

export function mailRoutes(surface: MailSurface): readonly Route[] {
  const { store, operators, rights, people, publication } = surface;
  const find = (domain: string): Operator => {
    const found = operators.find((known) => known.domain === domain.toLowerCase());
    if (!found) throw mailErrors.refuse("mail.no-operator", { params: { operator: domain } });
    return found;
  };
  const routes: readonly Route[] = [
    ...administrationRoutes({ ...surface, find, certificateOf: (domain) => surface.check.gatewayOf(find(domain)).cert }),
    ...mailboxRoutes({ store, find, rights, people, publication, verifyComponent: surface.verifyComponent }),
    ...watchingRoutes(surface, find),
    ...transferRoutes(find),
    ...custodyRoutes({ ...surface, find }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/queue",
      about: "What leaves, and what became of it.",
      who: officers,
      params: operator,
      handle: async ({ params }) => (await find(params.domain).queue.list()).map((row) => ({ ...row, next_at: row.next_at.toString() })),
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/quarantine",
      about: "Messages that the scanner found malware in: from whom, to whom, what; their content is not given.",
      who: officers,
      params: operator,
      handle: async ({ params }) => (await find(params.domain).screening.list(store)).map((row) => ({ ...row, at: row.at.toString() })),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/mail/:domain/quarantine/:digest",
      about: "Discards a message in quarantine.",
      who: officers,
      params: operator.extend({ digest: z.string().regex(/^[\w-]{43}$/) }),
      async handle({ params }) {
        if (!(await find(params.domain).screening.discard(params.digest))) throw mailErrors.refuse("mail.no-message");
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/partners",
      about: "The whitelist that the operator applies: how many domains, of when, and the alarm when the last one was refused.",
      who: officers,
      params: operator,
      handle: async ({ params }) => find(params.domain).partners.status(),
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/proof",
      about: "The proof file of a message, by its fingerprint or its Message-ID: route, certificates, receipts, who touched it; signed.",
      who: officers,
      params: operator,
      query: z.object({ digest: z.string().max(60).optional(), message_id: z.string().max(500).optional() }),
      async handle({ params, query }) {
        const own = find(params.domain);
        const digest = query.digest ?? (query.message_id ? await own.mailboxes.trail.find(store, query.message_id) : undefined);
        const known = digest ? await own.mailboxes.trail.of(store, digest) : { trail: [], acts: [] };
        if (!digest || known.trail.length === 0) throw mailErrors.refuse("mail.no-message");
        const proof = await signProof(
          {
            format: "cercle-mail-proof-1",
            operator: own.domain,
            issued_at: surface.now().toString(),
            digest,
            trail: known.trail.map((row) => ({ at: row.at.toString(), what: row.what, facts: row.facts })),
            acts: known.acts.map(({ at, address, holder, what }) => ({ at: at.toString(), mailbox: address, holder, what })),
          },
          await surface.signer(),
        );
        return { digest, proof };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/patient-address",
      about: "The address of a patient, formed from a qualified identity only; nothing of it is kept.",
      who: "anyone",
      perMinute: 60,
      body: z.object({
        number: z.string().max(40),
        system: z.string().max(60),
        state: z.enum(identityStates),
        birth_name: z.string().max(120).default(""),
        given_name: z.string().max(120).default(""),
        birth_date: z.string().max(10).default(""),
        sex: z.enum(["M", "F", "I"]),
      }),
      async handle({ body: { number, system, state, sex, ...traits } }) {
        if (!surface.patients) throw mailErrors.refuse("mail.no-patients");
        const identity = { number, system, state, sex, birthName: traits.birth_name, givenName: traits.given_name, birthDate: traits.birth_date };
        const formed = formPatientAddress(surface.patients, identity);
        if ("refused" in formed) throw mailErrors.refuse("mail.patient", { params: { reason: formed.refused } });
        return formed;
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/check/:address",
      about: "Walks directory, whitelist, route, TLS, certificate and recipient of an address; says the first thing that fails.",
      who: officers,
      params: z.object({ address: z.string().max(320) }),
      handle: ({ params }) => checkAddress(params.address.trim().toLowerCase(), { ...surface.check, operators, store }),
    }),
  ];
  return forAdministrators(routes, surface.administers);
}

/** Indicators, who is late, incidents. */
function watchingRoutes({ store, agency, now, timeZone, indicatorsDay, rights, deliver }: MailSurface, find: (domain: string) => Operator): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/indicators/:month",
      about: "The quality indicators of a month, computed from the traces; availability among them.",
      who: officers,
      params: operator.extend({ month }),
      handle: ({ params }) => computeIndicators(store, find(params.domain).mailboxes, params.month, { now: now(), timeZone }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/indicators/:month",
      about: "Sends the indicators of a month to the agency.",
      who: officers,
      params: operator.extend({ month }),
      async handle({ params }) {
        const own = find(params.domain);
        const report = await computeIndicators(store, own.mailboxes, params.month, { now: now(), timeZone });
        await deliver?.({ domain: own.domain, month: params.month, report });
        await store.transaction((tx) => agency.receive(tx, { domain: own.domain, month: params.month, report }));
        return report;
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail-indicators/:month",
      about: "What the agency received for a month, and who is late.",
      who: ["officer"],
      params: z.object({ month }),
      async handle({ params }) {
        const reports = await agency.reports(store, params.month);
        const due = Temporal.PlainYearMonth.from(params.month).add({ months: 1 }).toPlainDate({ day: indicatorsDay });
        const past = Temporal.PlainDate.compare(now().toZonedDateTimeISO(timeZone).toPlainDate(), due) > 0;
        const listed = (await agency.listings(store)).filter(({ domain }) => rights.find(domain)?.state === "open").map(({ domain }) => domain);
        const sent = new Set(reports.map(({ domain }) => domain));
        return {
          month: params.month,
          due: due.toString(),
          received: reports.map((row) => ({ ...row, received_at: row.received_at.toString() })),
          late: past ? listed.filter((domain) => !sent.has(domain)) : [],
        };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/mail/:domain/incidents",
      about: "Incidents of an operator: what was identified, when, and when it is to be reported.",
      who: officers,
      params: operator,
      async handle({ params }) {
        const rows = await agency.incidents(store, find(params.domain).domain);
        return rows.map((row) => ({
          ...row,
          identified_at: row.identified_at.toString(),
          due_at: row.due_at.toString(),
          reported_at: row.reported_at?.toString() ?? null,
        }));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/mail/:domain/incidents/:id/report",
      about: "Records that the agency was told of an incident.",
      who: officers,
      params: operator.extend({ id: z.uuid() }),
      body: z.object({ channel: z.enum(["email", "telephone"]) }),
      async handle({ params, body }) {
        const done = await store.transaction((tx) => agency.reportIncident(tx, params.id, body.channel));
        return new Reply({ status: done ? 200 : 404, body: { reported: done } });
      },
    }),
  ];
}
