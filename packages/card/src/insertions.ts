// Cards in readers. A card is in one reader and a reader holds one card: the row's lease says so for every process on the
// same store, taken by one statement and said again every second; keys never leave the process that holds the card.
import { randomUUID } from "node:crypto";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Cards } from "./cards.ts";
import { cardErrors } from "./errors.ts";
import type { CardMachine } from "./machine.ts";
import type { Trace } from "./ports.ts";
import { insertCard, type Reader, readerPatience } from "./vpcd.ts";

export type Insertions = {
  /** Puts a card in a virtual reader; answers the insertion's id. Throws `card.already-inserted`, `card.slot-taken`, `card.no-reader`. */
  insert(number: string, reader: Reader): Promise<string>;
  /** Says that whoever asked for the insertion still wants it; false once the card is out. */
  keepAlive(id: string): boolean;
  /** Takes the card out, wherever this process put it. Throws `card.not-inserted`. */
  remove(number: string): Promise<void>;
  /** The living machine of a card inserted by this process. */
  findLive(number: string): { readonly card: CardMachine; keep(): Promise<void> } | undefined;
  stop(): Promise<void>;
};

type Live = { id: string; number: string; card: CardMachine; keep(): Promise<void>; out(): void; readonly gone: Promise<void>; wantedUntil: Temporal.Instant };

const leaseSeconds = 10;

export function createInsertions(given: { store: Store; cards: Cards; real: Clock; trace: Trace; patience?: number }): Insertions {
  const { store, cards, real, trace, patience = readerPatience } = given;
  const live = new Map<string, Live>();
  const leaseEnd = (): Temporal.Instant => real.now().add({ seconds: leaseSeconds });
  const firstLeaseEnd = (): Temporal.Instant => leaseEnd().add({ milliseconds: 2 * patience });

  const take = async (number: string, reader: string, id: string): Promise<void> => {
    await store.transaction(async (tx) => {
      await tx.run("update card.card set reader = null, lease = null, lease_until = null where lease_until < $1", [real.now()]);
      const holder = await tx.first<{ number: string }>("select number from card.card where reader = $1 and number <> $2", [reader, number]);
      if (holder) throw cardErrors.refuse("card.slot-taken", { params: { reader } });
      const taken = await tx.run("update card.card set reader = $2, lease = $3, lease_until = $4 where number = $1 and lease is null", [
        number,
        reader,
        id,
        firstLeaseEnd(),
      ]);
      if (taken !== 1) throw cardErrors.refuse("card.already-inserted", { params: { card: number } });
      await trace(tx, { type: "card-inserted", subject: number, payload: {} });
    });
  };
  const give = (number: string, id: string): Promise<void> =>
    store.transaction(async (tx) => {
      const given = await tx.run("update card.card set reader = null, lease = null, lease_until = null where number = $1 and lease = $2", [number, id]);
      if (given === 1) await trace(tx, { type: "card-removed", subject: number, payload: {} });
    });

  const beat = setInterval(() => {
    for (const one of live.values()) {
      if (one.wantedUntil.epochMilliseconds < real.now().epochMilliseconds) one.out();
      // Without a renewed lease another process may hold the card: it leaves the reader here.
      else
        store.run("update card.card set lease_until = $3 where number = $1 and lease = $2", [one.number, one.id, leaseEnd()]).then(
          (renewed) => renewed === 1 || one.out(),
          () => one.out(),
        );
    }
  }, 1000);
  beat.unref();

  return {
    async insert(number, reader) {
      await cards.find(number);
      const id = randomUUID();
      const place = `${reader.host}:${reader.port}`;
      await take(number, place, id).catch((error: unknown) => {
        // Two processes chose the same reader at once: the unique index decided (SQLSTATE 23505).
        if ((error as { code?: unknown }).code === "23505") throw cardErrors.refuse("card.slot-taken", { params: { reader: place } });
        throw error;
      });
      try {
        const { card, keep } = await cards.open(number);
        const insertion = await insertCard({ reader, card, keep: () => keep(id), patience });
        const gone = insertion.removed.then(async () => {
          live.delete(number);
          await give(number, id).catch(() => undefined);
        });
        live.set(number, { id, number, card, keep: () => keep(id), out: insertion.remove, gone, wantedUntil: leaseEnd() });
        return id;
      } catch (error) {
        await give(number, id);
        throw error;
      }
    },
    keepAlive(id) {
      const one = [...live.values()].find((candidate) => candidate.id === id);
      if (one) one.wantedUntil = leaseEnd();
      return one !== undefined;
    },
    async remove(number) {
      await cards.find(number);
      const one = live.get(number);
      if (!one) throw cardErrors.refuse("card.not-inserted", { params: { card: number } });
      one.out();
      await one.gone;
    },
    findLive: (number) => live.get(number),
    async stop() {
      clearInterval(beat);
      const all = [...live.values()];
      for (const one of all) one.out();
      await Promise.all(all.map((one) => one.gone));
    },
  };
}
