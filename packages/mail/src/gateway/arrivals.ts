// What partners send, into its mailboxes: deliveries that arrive while one is being committed are committed together, so that many
// connections wait for one fsync and not each for its own. A delivery is answered when its transaction is durable. When a
// transaction of several fails, each is tried alone: one that cannot be stored does not take the others with it.
import type { Clock } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { bytesOf, type Letter, type Note, storeLetters } from "../mailboxes/delivery.ts";

export type Arrival = {
  /** Fingerprint of envelope and bytes: accepted once. */
  readonly acceptance: string;
  readonly letters: readonly Letter[];
  readonly note: Note;
  /** What else is written in the same transaction, when it was not accepted before. */
  also(tx: Tx): Promise<void>;
};

export type Arrivals = {
  /** Answers once the message is durable, or was already. */
  put(arrival: Arrival): Promise<void>;
};

type Waiting = { readonly arrival: Arrival; readonly bytes: number; done(): void; failed(error: unknown): void };

const mostTogether = 100;
const mostBytes = 8 * 1024 * 1024;

export function createArrivals(context: { store: Store; operator: string; schema: string; real: Clock }): Arrivals {
  const { store } = context;

  const write = (arrivals: readonly Arrival[]): Promise<void> =>
    store.transaction(async (tx) => {
      const letters = arrivals.flatMap((arrival) => arrival.letters);
      const placed = await storeLetters(
        tx,
        context,
        letters,
        arrivals.map(({ note }) => note),
      );
      const fresh = new Set(letters.flatMap(({ acceptance }, i) => (placed[i] && acceptance !== undefined ? [acceptance] : [])));
      await Promise.all(arrivals.filter(({ acceptance }) => fresh.has(acceptance)).map((arrival) => arrival.also(tx)));
    });

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    // Sent twice at the same time: one of them is stored, and both are answered by it.
    const once = [...new Map(batch.map(({ arrival }) => [arrival.acceptance, arrival])).values()];
    try {
      await write(once);
      for (const { done } of batch) done();
    } catch (error) {
      if (batch.length === 1) batch[0]?.failed(error);
      else for (const one of batch) await settle([one]);
    }
  };

  const waiting: Waiting[] = [];
  let working = false;
  const take = (): readonly Waiting[] => {
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && count < mostTogether && (count === 0 || bytes + (waiting[count]?.bytes ?? 0) <= mostBytes)) {
      bytes += waiting[count]?.bytes ?? 0;
      count += 1;
    }
    return waiting.splice(0, count);
  };
  const work = async (): Promise<void> => {
    working = true;
    for (let batch = take(); batch.length > 0; batch = take()) await settle(batch);
    working = false;
  };

  return {
    put: (arrival) =>
      new Promise((done, failed) => {
        waiting.push({ arrival, bytes: arrival.letters.reduce((sum, letter) => sum + bytesOf(letter), 0), done, failed });
        if (!working) void work();
      }),
  };
}
