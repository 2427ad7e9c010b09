// Published mailboxes in the memory of the process that serves LDAP, as they stood at one snapshot: what slapd has in its mapped
// file. Only what the query layer answers comes in, so the red list and whoever left are not in it.
import type { MailboxRow } from "../query/rows.ts";
import type { Snapshot } from "../revisions.ts";
import { readLine, type Shown, separator, shownOf, writeLine } from "./entry.ts";
import { createHashIndex } from "./hash-index.ts";
import { beginningOf, meets, type Plan } from "./plan.ts";
import { createTexts } from "./texts.ts";

export type Found = {
  readonly entries: readonly Shown[];
  /** Where the store goes on, as its own pages by the holder's name say it. */ readonly next: string | undefined;
};

export type MailboxCopy = {
  readonly snapshot: Snapshot;
  /** Undefined when the answer is longer than a page and comes in no order that the store could go on with. */
  answer(plan: Plan, limit: number): Found | undefined;
  /** While it is filled: rows in the order of their identifier; of an address and a holder the first counts. */
  add(row: MailboxRow): void;
  /** From one snapshot to another: these addresses, and what stands of them now. */
  replace(addresses: readonly string[], rows: readonly MailboxRow[], snapshot: Snapshot): void;
  readonly size: number;
  readonly bytes: number;
  /** So much was replaced that filling it again would save memory. */
  readonly worn: boolean;
};

/** Lines of names that begin alike; sorted when they are first asked for. */
type Bucket = { numbers: number[]; sorted: boolean };
const bucketLetters = 4;

export function createMailboxCopy(at: Snapshot): MailboxCopy {
  const texts = createTexts();
  const byAddress = createHashIndex();
  const byNumber = createHashIndex();
  const buckets = new Map<string, Bucket>();
  let beginnings: string[] | undefined;
  let snapshot = at;

  const read = (number: number): Shown => readLine(texts.read(number));
  const bucketOf = (shown: Shown): string | undefined => (shown.familyFolded ? shown.familyFolded.slice(0, bucketLetters) : undefined);

  const put = (shown: Shown): void => {
    const number = texts.add(writeLine(shown));
    byAddress.add(shown.address, number);
    if (shown.number) byNumber.add(shown.number, number);
    const beginning = bucketOf(shown);
    if (beginning === undefined) return;
    const bucket = buckets.get(beginning);
    if (bucket) {
      bucket.numbers.push(number);
      bucket.sorted = false;
    } else {
      buckets.set(beginning, { numbers: [number], sorted: true });
      beginnings = undefined;
    }
  };
  const take = (number: number, shown: Shown): void => {
    byAddress.remove(shown.address, number);
    if (shown.number) byNumber.remove(shown.number, number);
    const bucket = buckets.get(bucketOf(shown) ?? "-");
    const place = bucket?.numbers.indexOf(number) ?? -1;
    if (place >= 0) bucket?.numbers.splice(place, 1);
    texts.remove(number);
  };
  const sortedBucket = (beginning: string): readonly number[] => {
    const bucket = buckets.get(beginning);
    if (!bucket) return [];
    if (!bucket.sorted) {
      const lines = bucket.numbers.map((number) => ({ number, line: texts.read(number) }));
      lines.sort((a, b) => (a.line < b.line ? -1 : 1));
      bucket.numbers = lines.map(({ number }) => number);
      bucket.sorted = true;
    }
    return bucket.numbers;
  };
  /** Names of buckets that hold lines with this beginning, in order. */
  const bucketsFor = (beginning: string): readonly string[] => {
    if (beginning.length >= bucketLetters || beginning.includes(separator)) return [beginning.split(separator, 1)[0]?.slice(0, bucketLetters) ?? ""];
    beginnings ??= [...buckets.keys()].sort();
    return beginnings.filter((name) => name.startsWith(beginning));
  };
  /** An address of several holders is one entry: the first of those that are asked for. */
  const isFirst = (shown: Shown, plan: Plan): boolean => {
    const numbers = byAddress.find(shown.address);
    return (
      numbers.length < 2 ||
      !numbers.some((number) => {
        const other = read(number);
        return other.address === shown.address && other.nationalId < shown.nationalId && meets(other, plan.tests);
      })
    );
  };
  const exact = (plan: Plan, limit: number): Found | undefined => {
    const entries: Shown[] = [];
    for (const number of (plan.by === "address" ? byAddress : byNumber).find(plan.value)) {
      const shown = read(number);
      if (!meets(shown, plan.tests) || !isFirst(shown, plan)) continue;
      entries.push(shown);
      if (entries.length > limit) return undefined;
    }
    if (entries.length > 1) entries.sort((a, b) => (a.address < b.address ? -1 : 1));
    return { entries, next: undefined };
  };
  const inOrder = (plan: Plan, limit: number): Found => {
    const beginning = beginningOf(plan, separator);
    const entries: Shown[] = [];
    for (const name of bucketsFor(beginning)) {
      const numbers = sortedBucket(name);
      for (let i = firstFrom(numbers, beginning, texts.read); i < numbers.length; i++) {
        const line = texts.read(numbers[i] ?? 0);
        if (!line.startsWith(beginning)) break;
        const shown = readLine(line);
        if (!meets(shown, plan.tests) || !isFirst(shown, plan)) continue;
        if (entries.length === limit) return { entries, next: placeOf(entries.at(-1)) };
        entries.push(shown);
      }
    }
    return { entries, next: undefined };
  };

  return {
    get snapshot() {
      return snapshot;
    },
    answer: (plan, limit) => (plan.by === "family" ? inOrder(plan, limit) : exact(plan, limit)),
    add(row) {
      const shown = shownOf(row);
      const known = byAddress.find(shown.address).some((number) => {
        const other = read(number);
        return other.address === shown.address && other.nationalId === shown.nationalId;
      });
      if (!known) put(shown);
    },
    replace(addresses, rows, next) {
      for (const address of addresses) {
        for (const number of byAddress.find(address)) {
          const shown = read(number);
          if (shown.address === address) take(number, shown);
        }
      }
      for (const row of rows) this.add(row);
      snapshot = next;
    },
    get size() {
      return texts.size;
    },
    get bytes() {
      return texts.bytes + byAddress.bytes + byNumber.bytes + texts.size * 8;
    },
    get worn() {
      return texts.wasted > texts.bytes / 2;
    },
  };
}

/** The first place whose line is not before this beginning. */
function firstFrom(numbers: readonly number[], beginning: string, read: (number: number) => string): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (read(numbers[middle] ?? 0) < beginning) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placeOf(shown: Shown | undefined): string | undefined {
  return shown && JSON.stringify([shown.familyFolded, shown.givenFolded, shown.nationalId, shown.address]);
}
