// Answers to the terms of use (art. 5): a new version is announced in the application with its date. Refusal deactivates before
// that date; silence is neither acceptance nor refusal; a use after the date is acceptance, recorded as such. The versions
// themselves are governance's, beside those of the other instruments; what refusal and use bring about is the law's.
import { newId, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { TermsDocument } from "../device/index.ts";
import { eCpsErrors } from "../errors.ts";
import type { Clocks, PublishedTerms, TermsVersions, UseRight } from "../ports.ts";

export type TermsAnswer = "accepted" | "refused" | "used";
export type TermsNews = {
  /** Announced, not yet in force, or in force and not yet accepted. */
  readonly terms: PublishedTerms;
  readonly inForce: boolean;
  readonly answer: TermsAnswer | undefined;
  /** Last day of use when refused: the day before (art. 5 "préalablement"). */
  readonly lastDay: string;
};

export type Terms = {
  current(from: Queryable): Promise<PublishedTerms>;
  /** The acceptance of an activation; the file learns of it with the activation itself. */
  accept(tx: Tx, answer: { nationalId: string; device: string; version: string }): Promise<void>;
  /** An answer to a version that was announced: also an entry of the person's file. */
  answer(tx: Tx, answer: { nationalId: string; device: string; terms: PublishedTerms; answer: TermsAnswer }): Promise<void>;
  /** The newest version that the person has not accepted, if any. */
  news(from: Queryable, nationalId: string): Promise<TermsNews | undefined>;
};

export function createTerms({ clocks, versions, right }: { clocks: Clocks; versions: TermsVersions; right: UseRight }): Terms {
  const write = (tx: Tx, nationalId: string, device: string, version: string, answer: TermsAnswer): Promise<number> =>
    tx.run("insert into e_cps.terms_answer (id, national_id, device_id, version, answer, answered_at, collected_at) values ($1, $2, $3, $4, $5, $6, $7)", [
      newId<"answer">(),
      nationalId,
      device,
      version,
      answer,
      clocks.real.now(),
      clocks.governance.now(),
    ]);
  return {
    async current(from) {
      const current = await versions.current(from);
      if (!current) throw eCpsErrors.refuse("e-cps.no-terms", { params: { version: "" } });
      return current;
    },
    async accept(tx, { nationalId, device, version }) {
      await write(tx, nationalId, device, version, "accepted");
    },
    async answer(tx, { nationalId, device, terms, answer }) {
      await write(tx, nationalId, device, terms.version, answer);
      await right.answerTerms(tx, nationalId, terms, answer);
    },
    async news(from, nationalId) {
      const newest = await versions.newest(from);
      if (!newest) return undefined;
      const last = await from.first<{ answer: TermsAnswer }>(
        "select answer from e_cps.terms_answer where national_id = $1 and version = $2 order by id desc limit 1",
        [nationalId, newest.version],
      );
      if (last && last.answer !== "refused") return undefined;
      const start = Temporal.PlainDate.from(newest.in_force_on);
      return {
        terms: newest,
        inForce: Temporal.PlainDate.compare(start, versions.today()) <= 0,
        answer: last?.answer,
        lastDay: start.subtract({ days: 1 }).toString(),
      };
    },
  };
}

/** Spaces begun before versions were governance's hand theirs over, once: acceptances name them. */
export async function handOverTerms(store: Store, { keep }: Pick<TermsVersions, "keep">): Promise<void> {
  type Row = { version: string; in_force_on: string; content: Pick<TermsDocument, "title" | "articles">; published_at: Temporal.Instant };
  await store.transaction(async (tx) => {
    const rows = await tx.query<Row>("delete from e_cps.terms returning version, in_force_on::text as in_force_on, content, published_at");
    for (const { version, in_force_on, content, published_at } of rows) await keep(tx, { version, in_force_on, ...content }, published_at);
  });
}
