// Terms of use, versioned (art. 5): a new version is announced in the application with its date. Refusal deactivates before
// that date; silence is neither acceptance nor refusal; a use after the date is acceptance, recorded as such.
import { createHash } from "node:crypto";
import { canonicalJson, type Json, newId, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Tx } from "@cercle/store";
import type { TermsDocument } from "../device/index.ts";
import { eCpsErrors } from "../errors.ts";
import type { Clocks } from "../ports.ts";
import { firstTerms } from "./terms-text.ts";

export type TermsAnswer = "accepted" | "refused" | "used";
export type PublishedTerms = TermsDocument & { readonly digest: string };
export type TermsNews = {
  /** Announced, not yet in force, or in force and not yet accepted. */
  readonly terms: PublishedTerms;
  readonly inForce: boolean;
  readonly answer: TermsAnswer | undefined;
  /** Last day of use when refused: the day before (art. 5 "préalablement"). */
  readonly lastDay: string;
};

export type Terms = {
  /** The space's first version, once. */
  seed(from: Queryable): Promise<void>;
  publish(tx: Tx, terms: TermsDocument): Promise<PublishedTerms>;
  current(from: Queryable): Promise<PublishedTerms>;
  find(from: Queryable, version: string): Promise<PublishedTerms | undefined>;
  answer(tx: Tx, answer: { nationalId: string; device?: string | undefined; version: string; answer: TermsAnswer }): Promise<void>;
  /** The newest version that the person has not accepted, if any. */
  news(from: Queryable, nationalId: string): Promise<TermsNews | undefined>;
  /** Devices whose person refused a version that comes into force today or has: to be ended now. */
  refusedDue(from: Queryable): Promise<readonly { device: string; national_id: string; version: string }[]>;
  today(): Temporal.PlainDate;
};

type Row = { version: string; in_force_on: string; content: { title: TermsDocument["title"]; articles: TermsDocument["articles"] }; digest: string };

export function createTerms({ clocks }: { clocks: Clocks }): Terms {
  const today = (): Temporal.PlainDate => clocks.governance.now().toZonedDateTimeISO(clocks.timeZone).toPlainDate();
  const read = (row: Row): PublishedTerms => ({ version: row.version, in_force_on: row.in_force_on, ...row.content, digest: row.digest });
  const columns = "version, in_force_on, content, digest";

  const insert = async (tx: Queryable, { version, in_force_on, title, articles }: TermsDocument): Promise<PublishedTerms> => {
    const content = { title, articles };
    const digest = createHash("sha256")
      .update(canonicalJson({ version, in_force_on, ...content } as unknown as Json))
      .digest("hex");
    await tx.run("insert into e_cps.terms (version, in_force_on, content, digest, published_at) values ($1, $2, $3, $4, $5) on conflict do nothing", [
      version,
      in_force_on,
      json(content),
      digest,
      clocks.governance.now(),
    ]);
    return { version, in_force_on, ...content, digest };
  };

  return {
    today,
    async seed(from) {
      await insert(from, firstTerms);
    },
    async publish(tx, terms) {
      const known = await tx.first("select 1 as found from e_cps.terms where version = $1", [terms.version]);
      if (known || Temporal.PlainDate.compare(Temporal.PlainDate.from(terms.in_force_on), today()) <= 0) throw eCpsErrors.refuse("e-cps.terms-date");
      return insert(tx, terms);
    },
    async current(from) {
      const row = await from.first<Row>(`select ${columns} from e_cps.terms where in_force_on <= $1 order by in_force_on desc, published_at desc limit 1`, [
        today(),
      ]);
      if (!row) throw eCpsErrors.refuse("e-cps.no-terms", { params: { version: "" } });
      return read(row);
    },
    async find(from, version) {
      const row = await from.first<Row>(`select ${columns} from e_cps.terms where version = $1`, [version]);
      return row && read(row);
    },
    async answer(tx, { nationalId, device, version, answer }) {
      await tx.run(
        "insert into e_cps.terms_answer (id, national_id, device_id, version, answer, answered_at, collected_at) values ($1, $2, $3, $4, $5, $6, $7)",
        [newId<"answer">(), nationalId, device ?? null, version, answer, clocks.real.now(), clocks.governance.now()],
      );
    },
    async news(from, nationalId) {
      const row = await from.first<Row>(`select ${columns} from e_cps.terms order by in_force_on desc, published_at desc limit 1`);
      if (!row) return undefined;
      const last = await from.first<{ answer: TermsAnswer }>(
        "select answer from e_cps.terms_answer where national_id = $1 and version = $2 order by id desc limit 1",
        [nationalId, row.version],
      );
      if (last && last.answer !== "refused") return undefined;
      const start = Temporal.PlainDate.from(row.in_force_on);
      return {
        terms: read(row),
        inForce: Temporal.PlainDate.compare(start, today()) <= 0,
        answer: last?.answer,
        lastDay: start.subtract({ days: 1 }).toString(),
      };
    },
    refusedDue: (from) =>
      from.query(
        `select d.id as device, d.national_id, t.version from e_cps.device d
           join lateral (select distinct on (a.version) a.version, a.answer from e_cps.terms_answer a where a.national_id = d.national_id order by a.version, a.id desc) t on t.answer = 'refused'
           join e_cps.terms v on v.version = t.version and v.in_force_on <= $1
          where d.state in ('active', 'blocked')`,
        [today()],
      ),
  };
}
