// The bridge to vsmartcard's virtual reader: TCP, each message two bytes of length, big-endian, and the message.
// A message of one byte is a control (0 off, 1 on, 2 reset, 4 answer-to-reset); only 4 is answered. Closing takes the card out.
import { createConnection, type Socket } from "node:net";
import { cardErrors } from "./errors.ts";
import type { CardMachine } from "./machine.ts";

export type Reader = { readonly host: string; readonly port: number };
export type Insertion = {
  /** Takes the card out. */
  remove(): void;
  /** Ends when the card is out, whoever took it out. */
  readonly removed: Promise<void>;
};

/** Ports of vsmartcard's slots. */
export const slotPort = (slot: number): number => 35_963 + slot;
const longestMessage = 65_535;

/** How long a reader may take to answer, then to ask for the card's answer to reset (pcscd looks every 400 ms). */
export const readerPatience = 15_000;

/**
 * Puts a card in a virtual reader, and answers once the reader has asked something of it. `keep` is awaited after each command
 * that changed the card's memory and before its answer leaves, so that a try of a code is never free. Throws `card.no-reader`,
 * and `card.reader-silent` where a reader lets the card in and asks nothing (it holds one card, the next one waits at its door).
 */
export async function insertCard(given: { reader: Reader; card: CardMachine; keep(): Promise<void>; patience?: number }): Promise<Insertion> {
  const { reader, card, keep, patience = readerPatience } = given;
  const socket = await connect(reader, patience);
  const removed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  // From here on an error of the connection is a card taken out: `close` follows every one of them.
  socket.on("error", () => socket.destroy());
  const seen = new Promise<void>((resolve) => socket.once("data", () => resolve()));
  answer({ socket, card, keep });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patience);
  });
  const outcome = await Promise.race([seen.then(() => "seen"), removed.then(() => "closed"), late.then(() => "silent")]);
  clearTimeout(timer);
  if (outcome !== "seen") {
    socket.destroy();
    const params = { reader: nameOf(reader) };
    throw outcome === "closed" ? cardErrors.refuse("card.no-reader", { params }) : cardErrors.refuse("card.reader-silent", { params });
  }
  return { remove: () => socket.destroy(), removed };
}

const nameOf = (reader: Reader): string => `${reader.host}:${reader.port}`;

function answer({ socket, card, keep }: { socket: Socket; card: CardMachine; keep(): Promise<void> }): void {
  let queue = Promise.resolve();
  let waiting = Buffer.alloc(0);
  const send = (message: Uint8Array): void => {
    const frame = Buffer.alloc(2 + message.length);
    frame.writeUInt16BE(message.length);
    frame.set(message, 2);
    socket.write(frame);
  };
  const handle = async (message: Uint8Array): Promise<void> => {
    if (message.length === 1) {
      if (message[0] === 4) send(card.answerToReset);
      else card.reset();
      return;
    }
    const before = { codes: card.codes, written: [...card.written.values()] };
    const response = card.transmit(message);
    const wrote = card.written.size !== before.written.length || [...card.written.values()].some((content, i) => content !== before.written[i]);
    if (card.codes !== before.codes || wrote) await keep();
    send(response);
  };
  socket.on("data", (chunk: Buffer) => {
    waiting = Buffer.concat([waiting, chunk]);
    while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE()) {
      const length = waiting.readUInt16BE();
      const message = Uint8Array.from(waiting.subarray(2, 2 + length));
      waiting = waiting.subarray(2 + length);
      // A memory that cannot be kept takes the card out: no answer may leave.
      queue = queue.then(() => handle(message)).catch(() => void socket.destroy());
    }
    if (waiting.length > longestMessage + 2) socket.destroy();
  });
}

function connect(reader: Reader, patience: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host: reader.host, port: reader.port, noDelay: true, timeout: patience });
    const fail = (cause: Error): void => {
      socket.destroy();
      reject(cardErrors.refuse("card.no-reader", { params: { reader: nameOf(reader) }, cause }));
    };
    socket.on("error", fail);
    socket.once("timeout", () => fail(new Error("timeout")));
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}
