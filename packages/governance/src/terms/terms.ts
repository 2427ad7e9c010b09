// Versions of the terms: announced with their date of effect, kept for ever, told to the files that they concern.
import { type Clock, Refusal, type Temporal } from "@cercle/kernel";
import { type CountingPolicy, findFullInstrument } from "@cercle/law";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import { termsAnnounced } from "../events.ts";
import type { Files } from "../files/files.ts";
import { digestTerms, type TermsDocument } from "./document.ts";

export type PublishedTerms = TermsDocument & { readonly digest: string; readonly announced_at: Temporal.Instant };

export type Terms = {
  /** The space's own first versions, once each. */
  seed(tx: Tx, instrument: string, document: TermsDocument): Promise<void>;
  /** Takes over a version that another room kept, as it was. */
  keep(tx: Tx, instrument: string, document: TermsDocument, announcedAt: Temporal.Instant): Promise<void>;
  /** A new version, with the day it takes effect: later than today, and than every version before it. */
  announce(tx: Tx, instrument: string, document: TermsDocument, actor: string): Promise<PublishedTerms>;
  /** All versions, by their dates. */
  list(from: Queryable, instrument: string): Promise<readonly PublishedTerms[]>;
  find(from: Queryable, instrument: string, version: string): Promise<PublishedTerms | undefined>;
  /** The version in force today. */
  current(from: Queryable, instrument: string): Promise<PublishedTerms | undefined>;
  today(): Temporal.PlainDate;
  /** Records `terms-published` in every file that a version concerns and that was not told yet. */
  tellFiles(): Promise<void>;
};

type Row = { version: string; in_force_on: string; content: Pick<TermsDocument, "title" | "articles">; digest: string; announced_at: Temporal.Instant };

const columns = "version, in_force_on::text as in_force_on, content, digest, announced_at";
const batch = 200;

export function createTerms({ store, files, clock, policy }: { store: Store; files: Files; clock: Clock; policy: CountingPolicy }): Terms {
  const today = (): Temporal.PlainDate => clock.now().toZonedDateTimeISO(policy.timeZone).toPlainDate();
  const read = ({ content, ...row }: Row): PublishedTerms => ({ ...row, ...content });
  const insert = async (tx: Queryable, instrument: string, document: TermsDocument, at: Temporal.Instant, actor: string): Promise<number> => {
    const { version, in_force_on, title, articles } = document;
    return tx.run(
      `insert into governance.terms (instrument, version, in_force_on, content, digest, announced_at, announced_by) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict do nothing`,
      [instrument, version, in_force_on, json({ title, articles }), digestTerms(document), at, actor],
    );
  };
  const list: Terms["list"] = async (from, instrument) =>
    (await from.query<Row>(`select ${columns} from governance.terms where instrument = $1 order by in_force_on`, [instrument])).map(read);

  const tellOne = async (file: { id: string; reference: string }, instrument: string, { version, in_force_on }: Row): Promise<void> => {
    await store.transaction(async (tx) => {
      const known = await tx.run("insert into governance.terms_told (file_id, instrument, version) values ($1, $2, $3) on conflict do nothing", [
        file.id,
        instrument,
        version,
      ]);
      if (known === 0) return;
      const entry = { type: "terms-published", actor: "governance", payload: { by: "agency", version, effective_on: in_force_on } };
      const law = findFullInstrument(instrument);
      const state = law?.fold(await files.entries(tx, file.reference), policy);
      if (!law || !state || law.forbids(state, entry.type, entry.payload, clock.now())) return;
      const { seq } = await files.record(tx, file.reference, entry);
      await tx.run("update governance.terms_told set entry = $4 where file_id = $1 and instrument = $2 and version = $3", [file.id, instrument, version, seq]);
    });
  };

  /** A file that takes no entry (another operator's, read here only) is not asked again. */
  const passOver = async (error: unknown, file: { id: string }, { instrument, version }: Row & { instrument: string }): Promise<void> => {
    if (!(error instanceof Refusal)) throw error;
    await store.run("insert into governance.terms_told (file_id, instrument, version) values ($1, $2, $3) on conflict do nothing", [
      file.id,
      instrument,
      version,
    ]);
  };

  return {
    today,
    list,
    async seed(tx, instrument, document) {
      await insert(tx, instrument, document, clock.now(), "space");
    },
    async keep(tx, instrument, document, announcedAt) {
      await insert(tx, instrument, document, announcedAt, "space");
    },
    async announce(tx, instrument, document, actor) {
      if (!findFullInstrument(instrument)?.definition.versions) throw governanceErrors.refuse("governance.no-instrument", { params: { instrument } });
      const known = await list(tx, instrument);
      const last = known.at(-1)?.in_force_on ?? "";
      if (known.some(({ version }) => version === document.version)) {
        throw governanceErrors.refuse("governance.terms-known", { params: { version: document.version } });
      }
      if (document.in_force_on <= today().toString() || document.in_force_on <= last) {
        throw governanceErrors.refuse("governance.terms-date", { params: { last: last || today().toString() } });
      }
      const at = clock.now();
      if ((await insert(tx, instrument, document, at, actor)) === 0) {
        throw governanceErrors.refuse("governance.terms-known", { params: { version: document.version } });
      }
      const { version, in_force_on } = document;
      const digest = digestTerms(document);
      store.emit(tx, { kind: termsAnnounced, subject: instrument, payload: { instrument, version, in_force_on, digest } });
      return { ...document, digest, announced_at: at };
    },
    async find(from, instrument, version) {
      const row = await from.first<Row>(`select ${columns} from governance.terms where instrument = $1 and version = $2`, [instrument, version]);
      return row && read(row);
    },
    async current(from, instrument) {
      const row = await from.first<Row>(
        `select ${columns} from governance.terms where instrument = $1 and in_force_on <= $2 order by in_force_on desc limit 1`,
        [instrument, today().toString()],
      );
      return row && read(row);
    },
    async tellFiles() {
      const ahead = await store.query<Row & { instrument: string }>(
        `select instrument, ${columns} from governance.terms where announced_by <> 'space' order by in_force_on`,
      );
      for (const terms of ahead) {
        const definition = findFullInstrument(terms.instrument)?.definition;
        // A person's own file is told when the person answers: the application shows the news (ECPS 5).
        if (!definition?.kinds["terms-published"] || definition.personal) continue;
        for (;;) {
          const due = await store.query<{ id: string; reference: string }>(
            `select f.id, f.reference from governance.file f
              where f.instrument = $1 and f.opened_at <= $3 and not exists (select 1 from governance.terms_told t where t.file_id = f.id and t.instrument = $1 and t.version = $2)
              order by f.id limit ${batch}`,
            [terms.instrument, terms.version, terms.announced_at],
          );
          for (const file of due) await tellOne(file, terms.instrument, terms).catch((error: unknown) => passOver(error, file, terms));
          if (due.length < batch) break;
        }
      }
    },
  };
}
