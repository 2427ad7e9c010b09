// The door of the library: readers, events, and the card in one of them.
import { type Card, createCard } from "./card.ts";
import { CpsError } from "./errors.ts";
import { openPcsc } from "./pcsc.ts";
import { openPkcs11 } from "./pkcs11.ts";
import type { CardTransport, ReaderEvent, ReaderState } from "./transport.ts";

export type Cps = {
  readonly transport: CardTransport["kind"];
  readers(): Promise<readonly ReaderState[]>;
  /** Tells insertions and removals from now on; answers how to stop. */
  watch(listener: (event: ReaderEvent) => void): () => void;
  /** The card of a reader, or of the first reader that holds one. Throws `no-reader`, `no-card`, `not-a-cps`. */
  open(reader?: string): Promise<Card>;
  /** Resolves at the next insertion, or with the card that is in already. Ends with `signal`. */
  waitForCard(options?: { signal?: AbortSignal }): Promise<Card>;
  close(): Promise<void>;
};

export type CpsOptions = { readonly transport?: "pcsc" | "pkcs11" | CardTransport /** Path of the PKCS#11 module. */; readonly module?: string };

/** Opens the library: PC/SC unless told. Throws `no-driver`, `no-service`. */
export function openCps({ transport = "pcsc", module }: CpsOptions = {}): Cps {
  const way = transport === "pcsc" ? openPcsc() : transport === "pkcs11" ? openPkcs11({ module }) : transport;
  const open = async (reader?: string): Promise<Card> => {
    const readers = await way.readers();
    if (readers.length === 0) throw new CpsError("no-reader");
    const chosen = reader ?? readers.find((one) => one.cardPresent)?.name;
    if (chosen === undefined) throw new CpsError("no-card", { reader: readers.map((one) => one.name).join(", ") });
    return createCard(await way.open(chosen));
  };
  return {
    transport: way.kind,
    readers: () => way.readers(),
    watch: (listener) => way.watch(listener),
    open,
    async waitForCard({ signal } = {}) {
      const inserted = deferred<string>();
      const stop = way.watch((event) => event.kind === "inserted" && inserted.resolve(event.reader));
      const give = (): void => inserted.reject(signal?.reason);
      signal?.addEventListener("abort", give);
      try {
        const present = (await way.readers()).find((one) => one.cardPresent)?.name;
        return await open(present ?? (await inserted.promise));
      } finally {
        stop();
        signal?.removeEventListener("abort", give);
      }
    },
    close: () => way.close(),
  };
}

/** What Promise.withResolvers gives from Node 22 on. */
function deferred<T>(): { promise: Promise<T>; resolve(value: T): void; reject(reason: unknown): void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
