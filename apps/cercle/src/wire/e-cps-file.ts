// The file of one person's e-CPS: the instrument *e-CPS terms*, opened at the first activation; what the room sees becomes its
// entries, and the right `e-cps.use` follows from them.
import { eCpsErrors, type TermsVersions, type UseRight } from "@cercle/e-cps";
import type { Language } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import type { House } from "../house.ts";

export const useRightName = "e-cps.use";
const instrument = "e-cps-terms";
const actor = "e-cps";
const answers = { accepted: "terms-agreed", refused: "terms-refused", used: "used" } as const;

export function createPersonFiles({ governance: { files, grants }, space }: Pick<House, "governance" | "space">): UseRight {
  const own = async (tx: Tx, nationalId: string): Promise<{ reference: string; open: boolean } | undefined> => {
    const current = await files.right(tx, useRightName, nationalId);
    const file = current && (await files.get(tx, current.reference));
    return file?.instrument === instrument ? { reference: file.reference, open: current?.state === "open" } : undefined;
  };
  const openFile = async (tx: Tx, nationalId: string): Promise<string> => {
    // What a sandbox grant gave before goes on in a file of its own.
    const granted = await files.right(tx, useRightName, nationalId);
    if (granted?.state === "open") await grants.withdraw(tx, { right: useRightName, subject: nationalId, actor });
    return (await files.open(tx, { instrument, holder: "professional" })).reference;
  };
  return {
    async activate(tx, nationalId, entries) {
      const reference = (await own(tx, nationalId))?.reference ?? (await openFile(tx, nationalId));
      for (const { type, payload } of entries) await files.record(tx, reference, { type, actor, payload });
    },
    async end(tx, nationalId, entries) {
      if (entries.length === 0) return;
      const file = await own(tx, nationalId);
      if (file?.open) for (const { type, payload } of entries) await files.record(tx, file.reference, { type, actor, payload });
    },
    async answerTerms(tx, nationalId, { version, in_force_on }, answer) {
      const file = await own(tx, nationalId);
      if (!file) return;
      const told = (await files.entries(tx, file.reference)).find(({ type, payload }) => type === "terms-published" && payload?.version === version);
      const news = { by: "agency", version, effective_on: in_force_on, channel: "application" };
      const about = told ?? (await files.record(tx, file.reference, { type: "terms-published", actor, payload: news }));
      await files.record(tx, file.reference, { type: answers[answer], actor, payload: { by: "user", about: about.seq, version } });
    },
    async refusal(from, nationalId) {
      const current = await files.right(from, useRightName, nationalId);
      if (!current || current.state === "open") return undefined;
      const sinceIn = (language: Language): string =>
        current.since.toZonedDateTimeISO(space.time_zone).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
      return eCpsErrors.refuse("e-cps.right-closed", {
        params: { fr: sinceIn("fr"), en: sinceIn("en"), clause: current.clause, reference: current.reference },
        right: useRightName,
        clause: current.clause,
        entry: current.entry,
        since: current.since.toString(),
      });
    },
  };
}

/** Versions of the e-CPS terms, from those of every instrument. */
export function createTermsVersions({ governance: { terms } }: Pick<House, "governance">): TermsVersions {
  return {
    current: (from) => terms.current(from, instrument),
    newest: async (from) => (await terms.list(from, instrument)).at(-1),
    today: () => terms.today(),
    keep: (tx, document, publishedAt) => terms.keep(tx, instrument, document, publishedAt),
  };
}
