// ClamAV's daemon over its own protocol (clamd(8)): INSTREAM takes chunks of a length and the bytes, then a length of nothing.
// A whole mail may be given: the daemon opens its parts and archives by itself, by its own limits.
import { createConnection, type Socket } from "node:net";

export type Verdict =
  | { readonly kind: "clean" }
  | { readonly kind: "infected"; readonly found: string }
  /** No verdict: the daemon is away or does not answer in time, the bytes are more than it takes, or it says anything else. */
  | { readonly kind: "unscanned"; readonly reason: "unreachable" | "too-large" | "no-verdict" };

export type Clamd = {
  /** Never rejects: what cannot be judged is `unscanned`. */
  scan(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Verdict>;
  /** `ClamAV 1.4.6/27000/…` with the age of its signatures; undefined when it does not answer. */
  version(): Promise<string | undefined>;
};

/** A Unix socket's path, or HOST:PORT. */
export const clamdPlace = /^(\/.{1,200}|[^/\s]{1,250}:\d{1,5})$/;

const defaultPatience = 20_000;
const chunkBytes = 64 * 1024;
const longestReply = 1000;
const endOfStream = Buffer.alloc(4);

/** `patience`: milliseconds for the whole of one question. */
export function createClamd({ place, patience = defaultPatience }: { place: string; patience?: number }): Clamd {
  return {
    async scan(given) {
      const reply = await ask(place, patience, (socket) => sendStream(socket, given instanceof Uint8Array ? [given] : given));
      if (reply === undefined) return { kind: "unscanned", reason: "unreachable" };
      if (reply === "stream: OK") return { kind: "clean" };
      const found = /^stream: (.{1,300}) FOUND$/.exec(reply)?.[1];
      if (found !== undefined) return { kind: "infected", found };
      return { kind: "unscanned", reason: /size limit exceeded/i.test(reply) ? "too-large" : "no-verdict" };
    },
    version: () => ask(place, patience, async (socket) => void socket.write("zVERSION\0")),
  };
}

/** One question on a connection of its own; what the daemon said before it closed, undefined when that is nothing. */
function ask(place: string, patience: number, send: (socket: Socket) => Promise<void>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const colon = place.lastIndexOf(":");
    const socket = createConnection(place.startsWith("/") ? { path: place } : { host: place.slice(0, colon), port: Number(place.slice(colon + 1)) });
    let said = "";
    const late = setTimeout(() => socket.destroy(), patience);
    socket.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(0, longestReply);
      // A `z` command's reply ends in a NUL: nothing more is waited for.
      if (said.includes("\0")) socket.destroy();
    });
    // A daemon that had enough closes while bytes are on their way: what it said before that counts.
    socket.on("error", () => undefined);
    // Bytes that cannot be read are not judged.
    socket.on("connect", () => void send(socket).catch(() => socket.destroy()));
    socket.on("close", () => {
      clearTimeout(late);
      resolve(said.replace(/\0.*$/s, "").trim() || undefined);
    });
  });
}

async function sendStream(socket: Socket, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  socket.write("zINSTREAM\0");
  for await (const bytes of chunks)
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      if (socket.destroyed) return;
      const chunk = bytes.subarray(at, at + chunkBytes);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(chunk.length);
      socket.write(length);
      // One chunk at a time: memory stays bounded, and a daemon that had enough is heard.
      if (!socket.write(chunk)) await untilTaken(socket);
    }
  if (!socket.destroyed) socket.write(endOfStream);
}

function untilTaken(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("drain", resolve);
    socket.once("close", () => resolve());
  });
}
