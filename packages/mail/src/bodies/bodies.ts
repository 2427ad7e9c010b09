// How the bytes of messages lie: few of them in memory and sealed as one; many of them as pieces, hashed, parsed, sealed and stored while
// they arrive, and read back piece by piece. Nothing else in mail knows which it is.
import { createHash, type Hash } from "node:crypto";
import { parseStructure, type Structure, StructureReader } from "@cercle/imap";
import { newId } from "@cercle/kernel";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import { type ContentKey, type Layout, makeContentKey, readTicket, tagBytes } from "./content-key.ts";
import type { Pieces } from "./pieces.ts";

/** A message on its way. */
export type Content = {
  readonly size: number;
  /** Its beginning, the header fields with it; all of it when it is small. */
  readonly head: Buffer;
  /** Bytes of it that were put before what came. */
  readonly added: number;
  /** SHA-256, base64url, of what its sender wrote. */
  readonly digest: string;
  structure(): Structure;
  /** In memory, or by its pieces. */
  readonly held: Buffer | Held;
};
type Held = Omit<Layout, "size"> & { readonly id: string; readonly key: ContentKey };

/** As it is stored by whoever has it. */
export type Kept = { readonly sealed: readonly Buffer[]; readonly content: string | null };
export type KeptRow = { readonly sealed: Uint8Array; readonly content: string | null };

/** The bytes of a message that is kept. */
export type Body = {
  readonly size: number;
  /** Only the pieces that hold these bytes are opened. Throws where they are not what was sealed. */
  read(from?: number, to?: number): AsyncIterable<Buffer>;
  whole(): Promise<Buffer>;
  /** Present when it lies in memory already. */
  readonly raw?: Buffer;
};

export type IntakeOptions = {
  /** What stands before the bytes that come, by what they begin with. */
  before?(head: Buffer): Buffer;
  /** Whether the fingerprint is also of what was put before. */
  readonly signs?: "all" | "what came";
};

/** Takes one message. The next chunk is pushed when what `push` answered has settled. */
export type Intake = {
  push(chunk: Buffer): Promise<void> | undefined;
  end(): Promise<Content>;
  /** Nothing of it stays. */
  abort(): Promise<void>;
};

export type Bodies = {
  intake(options?: IntakeOptions): Intake;
  /** The same message with a line put in behind what was added before; the fingerprint stays, or is made anew over all of it. */
  insert(content: Content, line: Buffer, signs: IntakeOptions["signs"]): Promise<Content>;
  /** The same of a message that lies in memory already. */
  take(raw: Buffer, options?: IntakeOptions): Promise<Content>;
  keep(key: MailboxKey, content: Content): Kept;
  open(key: MailboxKey, row: KeptRow): Body;
  /** What is on its way, before anybody has it. */
  read(content: Content): Body;
  /** Does what becomes of a message: nothing stays of it, or of one made from it, that nobody kept. */
  settle<T>(content: Content, work: (also: (made: Content) => Content) => Promise<T>): Promise<T>;
  readonly sweep: Pieces["sweep"];
};

const pieceBytes = 64 * 1024;
const together = 4;
/** Larger messages come in pieces; so many bytes of them are written at a time. */
export const blockBytes = pieceBytes * together;
const mostChunks = 64;

export function createBodies(pieces: Pieces): Bodies {
  const inPieces = (id: string, { key, size, pieceBytes: step, together: inBlock }: Layout & { key: ContentKey }): Body => {
    const count = Math.ceil(size / step);
    /** The pieces of one block that hold some bytes of it. */
    const get = async (block: number, first: number, last: number): Promise<readonly Buffer[]> => {
      const stride = step + tagBytes;
      const sealed = await pieces.get(id, block, (first - block * inBlock) * stride, (last - first + 1) * stride);
      if (!sealed) throw new Error(`block ${block} of a message is not there`);
      return Array.from({ length: last - first + 1 }, (_, i) =>
        key.openPiece(first + i, first + i === count - 1, sealed.subarray(i * stride, (i + 1) * stride)),
      );
    };
    const read = async function* (from = 0, to = size): AsyncGenerator<Buffer> {
      const end = Math.min(to, size);
      if (from >= end) return;
      const [first, last] = [Math.floor(from / step), Math.floor((end - 1) / step)];
      const getFrom = (n: number) => {
        const block = Math.floor(n / inBlock);
        return get(block, n, Math.min(last, (block + 1) * inBlock - 1));
      };
      let next = getFrom(first);
      for (let n = first; n <= last; ) {
        const opened = await next;
        if (n + opened.length <= last) {
          next = getFrom(n + opened.length);
          // Whoever reads may stop here.
          next.catch(() => undefined);
        }
        for (const piece of opened) {
          yield piece.subarray(Math.max(0, from - n * step), Math.min(step, end - n * step));
          n += 1;
        }
      }
    };
    return { size, read, whole: () => gather(read()) };
  };
  const bodies: Bodies = {
    intake: (options = {}) => new Receiving(pieces, options),
    take: (raw, options = {}) => feed(new Receiving(pieces, options), slices(raw)),
    async insert(content, line, signs) {
      const body = bodies.read(content);
      const intake = new Receiving(pieces, { signs: "all" });
      const made = await feed(
        intake,
        (async function* () {
          yield* body.read(0, content.added);
          yield line;
          yield* body.read(content.added);
        })(),
      );
      return { ...made, added: content.added + line.length, digest: signs === "all" ? made.digest : content.digest };
    },
    keep: (key, { held, size }) =>
      Buffer.isBuffer(held) ? { sealed: key.pieces(held), content: null } : { sealed: key.pieces(held.key.ticket({ ...held, size })), content: held.id },
    open(key, { sealed, content }) {
      const opened = key.unseal(sealed);
      return content === null ? inMemory(opened) : inPieces(content, readTicket(opened));
    },
    read: ({ held, size }) => (Buffer.isBuffer(held) ? inMemory(held) : inPieces(held.id, { ...held, size })),
    async settle(content, work) {
      const all = new Set([content]);
      try {
        return await work((made) => {
          all.add(made);
          return made;
        });
      } finally {
        // When the store is out of reach, the sweep finds it later.
        for (const { held } of all) if (!Buffer.isBuffer(held)) await pieces.release(held.id).catch(() => undefined);
      }
    },
    sweep: pieces.sweep,
  };
  return bodies;
}

/** A small message as its sender wrote it. */
export function contentOf(raw: Buffer, { added = 0, signs = "all" }: { added?: number; signs?: IntakeOptions["signs"] } = {}): Content {
  let known: Structure | undefined;
  return {
    size: raw.length,
    head: raw,
    added,
    digest: createHash("sha256")
      .update(signs === "all" ? raw : raw.subarray(added))
      .digest("base64url"),
    structure() {
      known ??= parseStructure(raw);
      return known;
    },
    held: raw,
  };
}

function inMemory(raw: Buffer): Body {
  return {
    size: raw.length,
    raw,
    async *read(from = 0, to = raw.length) {
      if (from < to) yield raw.subarray(from, to);
    },
    whole: async () => raw,
  };
}

/** A message that turned out not to be small. */
type Large = Pick<Content, "head" | "added"> & { readonly held: Held; readonly hash: Hash; readonly reader: StructureReader };

class Receiving implements Intake {
  readonly #pieces: Pieces;
  readonly #options: IntakeOptions;
  /** What is not sealed yet. */
  #waiting: Buffer[] = [];
  #bytes = 0;
  #size = 0;
  #large: Large | undefined;
  #block = 0;
  #writing: Promise<void> = Promise.resolve();
  #sealing: Promise<void> = Promise.resolve();
  #aborted = false;

  constructor(pieces: Pieces, options: IntakeOptions) {
    this.#pieces = pieces;
    this.#options = options;
  }

  push(chunk: Buffer): Promise<void> | undefined {
    this.#waiting.push(chunk);
    this.#bytes += chunk.length;
    if (this.#large) this.#look(this.#large, chunk);
    // Many small chunks may each keep a large buffer from being freed.
    else if (this.#waiting.length > mostChunks) this.#waiting = [Buffer.concat(this.#waiting)];
    if (this.#bytes <= blockBytes) return undefined;
    this.#sealing = this.#seal();
    return this.#sealing;
  }

  #look({ hash, reader }: Large, bytes: Buffer, signed = true): void {
    this.#size += bytes.length;
    if (signed) hash.update(bytes);
    reader.push(bytes);
  }

  async #seal(): Promise<void> {
    this.#large ??= await this.#begin();
    while (this.#bytes > blockBytes) await this.#write(this.#large, false);
  }

  async #begin(): Promise<Large> {
    const came = Buffer.concat(this.#waiting);
    const before = this.#options.before?.(came) ?? Buffer.alloc(0);
    const head = Buffer.concat([before, came]);
    const held = { id: newId<"content">(), key: makeContentKey(), pieceBytes, together };
    const large = { held, head, added: before.length, hash: createHash("sha256"), reader: new StructureReader() };
    this.#look(large, before, this.#options.signs !== "what came");
    this.#look(large, came);
    this.#waiting = [head];
    this.#bytes = head.length;
    await this.#pieces.begin(held.id);
    return large;
  }

  /** Seals what waits, a block at most. The next one fills while this one is being written. */
  async #write({ held: { id, key } }: Large, last: boolean): Promise<void> {
    await this.#writing;
    if (this.#aborted) throw new Error("the message was given up");
    const sealed: Buffer[] = [];
    for (let i = 0; i < together && this.#bytes > 0; i++) {
      const first = this.#block * together + i;
      sealed.push(...key.sealPiece(first, last && this.#bytes <= pieceBytes, this.#take(pieceBytes)));
    }
    this.#writing = this.#pieces.put(id, this.#block, Buffer.concat(sealed));
    this.#writing.catch(() => undefined);
    this.#block += 1;
  }

  #take(bytes: number): readonly Buffer[] {
    const taken: Buffer[] = [];
    let room = bytes;
    while (room > 0 && this.#waiting[0]) {
      const first = this.#waiting[0];
      taken.push(first.subarray(0, room));
      if (first.length > room) this.#waiting[0] = first.subarray(room);
      else this.#waiting.shift();
      room -= Math.min(room, first.length);
    }
    this.#bytes -= bytes - room;
    return taken;
  }

  async end(): Promise<Content> {
    await this.#sealing;
    if (!this.#large) {
      const came = this.#waiting.length === 1 && this.#waiting[0] ? this.#waiting[0] : Buffer.concat(this.#waiting);
      const before = this.#options.before?.(came);
      return contentOf(before ? Buffer.concat([before, came]) : came, { added: before?.length ?? 0, signs: this.#options.signs });
    }
    const { held, head, added, hash, reader } = this.#large;
    await this.#write(this.#large, true);
    await this.#writing;
    const structure = reader.end();
    return { size: this.#size, head, added, digest: hash.digest("base64url"), structure: () => structure, held };
  }

  async abort(): Promise<void> {
    this.#aborted = true;
    await this.#sealing.catch(() => undefined);
    await this.#writing.catch(() => undefined);
    if (this.#large) await this.#pieces.release(this.#large.held.id).catch(() => undefined);
  }
}

async function feed(intake: Intake, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Content> {
  try {
    for await (const chunk of chunks) await intake.push(chunk);
    return await intake.end();
  } catch (error) {
    await intake.abort();
    throw error;
  }
}

function* slices(raw: Buffer): Generator<Buffer> {
  for (let at = 0; at < raw.length; at += blockBytes) yield raw.subarray(at, at + blockBytes);
}

async function gather(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
