// The PC/SC transport: any reader with its driver, shared with other applications by transactions.

import { CpsError } from "./errors.ts";
import { createOperations, isCps } from "./ias.ts";
import { loadNative } from "./native.ts";
import type { CardOperations, CardSession, CardTransport, ReaderEvent, ReaderState } from "./transport.ts";

// What is used of pcsc-mini, so that the library compiles without it.
type NativeTransaction = { end(disposition: number): Promise<void> };
type NativeCard = {
  transaction(): Promise<NativeTransaction>;
  transmit(command: Uint8Array): Promise<Uint8Array>;
  state(): Promise<{ readonly atr: Uint8Array }>;
  reconnect(mode: number, disposition: number): Promise<number>;
  disconnect(disposition: number): Promise<void>;
};
type Flags = { readonly raw: number };
type NativeReader = {
  name(): string;
  connect(mode: number): Promise<NativeCard>;
  on(event: "change", listener: (status: Flags) => void): NativeReader;
  on(event: "disconnect", listener: () => void): NativeReader;
};
type NativeClient = {
  on(event: "reader", listener: (reader: NativeReader) => void): NativeClient;
  on(event: "error", listener: (error: Error) => void): NativeClient;
  start(): NativeClient;
  stop(): void;
};
type Native = { readonly Client: new () => NativeClient };

const shared = 2;
const leave = 0;
const statusPresent = 32;
const statusMute = 512;

type Known = { readonly reader: NativeReader; state: ReaderState };

/** Opens the transport. Throws `no-driver` without pcsc-mini, `no-service` without a PC/SC service. */
export function openPcsc(): CardTransport {
  const { Client } = loadNative<Native>("pcsc-mini");
  const known = new Map<string, Known>();
  const listeners = new Set<(event: ReaderEvent) => void>();
  const tell = (event: ReaderEvent): void => {
    for (const listener of listeners) listener(event);
  };
  let failed: Error | undefined;
  const client = new Client();
  client.on("error", (error) => {
    failed = error;
  });
  client.on("reader", (reader) => follow(reader));
  try {
    client.start();
  } catch (cause) {
    throw new CpsError("no-service", {}, { cause });
  }
  // The first states come by themselves just after the start.
  const settled = new Promise<void>((resolve) => setTimeout(resolve, 150));

  function follow(reader: NativeReader): void {
    const name = reader.name();
    known.set(name, { reader, state: { name, cardPresent: false } });
    tell({ kind: "reader-added", reader: name });
    reader.on("change", (status) => {
      const one = known.get(name);
      if (!one) return;
      // The answer to reset that comes with the event is not the card's (pcsc-mini 0.1.3): it is asked of the card at `open`.
      const cardPresent = (status.raw & statusPresent) !== 0 && (status.raw & statusMute) === 0;
      const before = one.state.cardPresent;
      one.state = { name, cardPresent };
      if (cardPresent !== before) tell({ kind: cardPresent ? "inserted" : "removed", reader: name });
    });
    reader.on("disconnect", () => {
      if (known.get(name)?.state.cardPresent) tell({ kind: "removed", reader: name });
      known.delete(name);
      tell({ kind: "reader-removed", reader: name });
    });
  }

  return {
    kind: "pcsc",
    async readers() {
      await settled;
      if (failed && known.size === 0) throw new CpsError("no-service", {}, { cause: failed });
      return [...known.values()].map((one) => one.state);
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async open(name) {
      await settled;
      const one = known.get(name);
      if (!one) throw new CpsError("no-reader");
      if (!one.state.cardPresent) throw new CpsError("no-card", { reader: name });
      const card = await one.reader.connect(shared).catch((cause: unknown) => {
        throw new CpsError("no-card", { reader: name }, { cause });
      });
      const { atr } = await card.state();
      if (!isCps(Buffer.from(atr).toString("hex"))) {
        await card.disconnect(leave);
        throw new CpsError("not-a-cps", { reader: name });
      }
      return createSession(name, card);
    },
    async close() {
      client.stop();
    },
  };
}

/** A card taken out, a card that another application reset: PC/SC says either by an error of the exchange. */
function createSession(reader: string, card: NativeCard): CardSession {
  let queue: Promise<unknown> = Promise.resolve();
  let closed = false;
  const lost = (cause: unknown): CpsError => new CpsError("card-removed", {}, { cause });
  const begin = async (): Promise<NativeTransaction> => {
    try {
      return await card.transaction();
    } catch {
      // Another application reset the card since: join again, once.
      await card.reconnect(shared, leave).catch((cause: unknown) => {
        throw lost(cause);
      });
      return card.transaction().catch((cause: unknown) => {
        throw lost(cause);
      });
    }
  };
  const once = async <T>(work: (operations: CardOperations) => Promise<T>): Promise<T> => {
    if (closed) throw new CpsError("card-removed");
    const transaction = await begin();
    try {
      return await work(
        createOperations((command) =>
          card.transmit(command).catch((cause: unknown) => {
            throw lost(cause);
          }),
        ),
      );
    } finally {
      await transaction.end(leave).catch(() => undefined);
    }
  };
  return {
    reader,
    transaction(work) {
      // Inside one program, one transaction after the other: PC/SC locks between connections, not inside one.
      const result = queue.then(() => once(work));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      await queue;
      closed = true;
      await card.disconnect(leave).catch(() => undefined);
    },
  };
}
