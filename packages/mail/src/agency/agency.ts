// The agency's side of mail: which certificate speaks for which domain, the lists published so far, indicators and incidents received.
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";

export type Listing = { readonly domain: string; readonly certificate_name: string; readonly holder: string };
export type Published = { readonly sequence: number; readonly generated_at: Temporal.Instant; readonly domains: number };
export type IncidentKind = "outside-whitelist" | "unsolicited-wave" | "declared";
export type Incident = {
  readonly id: string;
  readonly domain: string;
  readonly kind: IncidentKind;
  readonly identified_at: Temporal.Instant;
  readonly due_at: Temporal.Instant;
  readonly reported_at: Temporal.Instant | null;
  readonly channel: string | null;
  readonly facts: Readonly<Record<string, string | number>>;
};

export type Agency = {
  listings(from: Queryable): Promise<readonly Listing[]>;
  /** The certificate's name that speaks for a domain, from the next list on. */
  list(tx: Tx, listing: { domain: string; certificateName: string; holder: string }): Promise<void>;
  keep(tx: Tx, list: { sequence: number; generatedAt: Temporal.Instant; domains: number; xml: string; jws: string }): Promise<void>;
  history(from: Queryable): Promise<readonly Published[]>;
  published(from: Queryable, sequence: number): Promise<{ xml: string; jws: string } | undefined>;
  receive(tx: Tx, report: { domain: string; month: string; report: object }): Promise<void>;
  /** The same, unless something was received for that month. */
  receiveFirst(tx: Tx, report: { domain: string; month: string; report: object }): Promise<boolean>;
  hasReport(from: Queryable, domain: string, month: string): Promise<boolean>;
  /** Who sent what for a month; those of `domains` that sent nothing are late. */
  reports(from: Queryable, month: string): Promise<readonly { domain: string; month: string; report: object; received_at: Temporal.Instant }[]>;
  /** Opens an incident with its twenty-four hours (MSS 5.1), or adds to the one that is open for the same cause. */
  openIncident(tx: Tx, incident: { domain: string; kind: IncidentKind; facts: Readonly<Record<string, string | number>> }): Promise<Incident>;
  reportIncident(tx: Tx, id: string, channel: string): Promise<boolean>;
  incidents(from: Queryable, domain: string | undefined): Promise<readonly Incident[]>;
};

/** MSS 5.1: elapsed hours from identification, nights and holidays included. */
const incidentHours = 24;
const keptLists = 500;
const incidentColumns = "id, domain, kind, identified_at, due_at, reported_at, channel, facts";

export function createAgency({ real }: { store: Store; real: Clock }): Agency {
  return {
    listings: (from) => from.query("select domain, certificate_name, holder from mail_agency.listed order by domain"),
    async list(tx, { domain, certificateName, holder }) {
      await tx.run(
        `insert into mail_agency.listed (domain, certificate_name, holder, listed_at) values ($1, $2, $3, $4)
         on conflict (domain) do update set certificate_name = excluded.certificate_name, holder = excluded.holder`,
        [domain, certificateName, holder, real.now()],
      );
    },
    async keep(tx, { sequence, generatedAt, domains, xml, jws }) {
      await tx.run("insert into mail_agency.list_history (sequence, generated_at, domains, xml, jws) values ($1, $2, $3, $4, $5) on conflict do nothing", [
        sequence,
        generatedAt,
        domains,
        xml,
        jws,
      ]);
      await tx.run(
        "delete from mail_agency.list_history where sequence < (select sequence from mail_agency.list_history order by sequence desc offset $1 limit 1)",
        [keptLists],
      );
    },
    history: (from) => from.query("select sequence, generated_at, domains from mail_agency.list_history order by sequence desc limit 500"),
    published: (from, sequence) => from.first("select xml, jws from mail_agency.list_history where sequence = $1", [sequence]),
    async receive(tx, { domain, month, report }) {
      await tx.run(
        `insert into mail_agency.indicator_report (domain, month, report, received_at) values ($1, $2, $3, $4)
         on conflict (domain, month) do update set report = excluded.report, received_at = excluded.received_at`,
        [domain, month, json(report), real.now()],
      );
    },
    receiveFirst: async (tx, { domain, month, report }) =>
      (await tx.run("insert into mail_agency.indicator_report (domain, month, report, received_at) values ($1, $2, $3, $4) on conflict do nothing", [
        domain,
        month,
        json(report),
        real.now(),
      ])) === 1,
    hasReport: async (from, domain, month) =>
      (await from.first("select 1 as one from mail_agency.indicator_report where domain = $1 and month = $2", [domain, month])) !== undefined,
    reports: (from, month) =>
      from.query("select domain, month, report, received_at from mail_agency.indicator_report where month = $1 order by domain", [month]),
    async openIncident(tx, { domain, kind, facts }) {
      // One cause, one incident: eight refusals at once open one.
      await tx.run("select pg_advisory_xact_lock(hashtext($1))", [`mail-incident ${domain} ${kind}`]);
      const since = real.now().subtract({ hours: incidentHours });
      const open = await tx.first<Incident>(
        `update mail_agency.incident set facts = $4 where id = (select id from mail_agency.incident
           where domain = $1 and kind = $2 and closed_at is null and identified_at > $3 order by identified_at desc limit 1) returning ${incidentColumns}`,
        [domain, kind, since, json(facts)],
      );
      if (open) return open;
      const at = real.now();
      const made = await tx.first<Incident>(
        `insert into mail_agency.incident (id, domain, kind, identified_at, due_at, facts) values ($1, $2, $3, $4, $5, $6) returning ${incidentColumns}`,
        [newId<"incident">(), domain, kind, at, at.add({ hours: incidentHours }), json(facts)],
      );
      if (!made) throw new Error("an incident was not written");
      return made;
    },
    async reportIncident(tx, id, channel) {
      return (
        (await tx.run("update mail_agency.incident set reported_at = $2, channel = $3 where id = $1 and reported_at is null", [id, real.now(), channel])) === 1
      );
    },
    incidents: (from, domain) =>
      from.query(`select ${incidentColumns} from mail_agency.incident where $1::text is null or domain = $1 order by identified_at desc limit 500`, [
        domain ?? null,
      ]),
  };
}
