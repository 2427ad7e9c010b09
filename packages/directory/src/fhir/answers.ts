// Pages that were answered, kept for whoever asks the same while the same snapshot stands: a page says nothing of who asked, so
// equal questions at one snapshot have equal answers. Bounded; the longest unused go first.
import type { Snapshot } from "../revisions.ts";

export type AnsweredPage = { readonly body: Buffer; readonly entries: number };

export type Answers = {
  find(question: string, snapshot: Snapshot): AnsweredPage | undefined;
  keep(question: string, snapshot: Snapshot, page: AnsweredPage): void;
};

const maximumBytes = 64 * 1_048_576;
const maximumBody = 524_288;
/** Links to next pages last a day from when they were made. */
const keptMillis = 3_600_000;

type Kept = AnsweredPage & { readonly snapshot: Snapshot; readonly at: number };

export function createAnswers(now: () => number): Answers {
  const kept = new Map<string, Kept>();
  let bytes = 0;
  const forget = (question: string, { body }: AnsweredPage): void => {
    kept.delete(question);
    bytes -= body.length + question.length;
  };
  return {
    find(question, snapshot) {
      const found = kept.get(question);
      if (!found) return undefined;
      if (found.snapshot.current !== snapshot.current || found.snapshot.pending !== snapshot.pending || now() - found.at > keptMillis) {
        forget(question, found);
        return undefined;
      }
      kept.delete(question);
      kept.set(question, found);
      return found;
    },
    keep(question, snapshot, page) {
      if (page.body.length > maximumBody) return;
      const before = kept.get(question);
      if (before) forget(question, before);
      kept.set(question, { ...page, snapshot, at: now() });
      bytes += page.body.length + question.length;
      for (const [oldest, old] of kept) {
        if (bytes <= maximumBytes) return;
        forget(oldest, old);
      }
    },
  };
}
