// From bytes to whole commands: lines, synchronising and non-synchronising literals (RFC 3501 §4.3, RFC 7888), within limits.
// A line ends with CRLF; a bare LF ends it too (clients do), a bare CR does not.
import type { RawCommand } from "./token.ts";

export type ReaderLimits = {
  /** Bytes of a command without its literals. */
  readonly line: number;
  /** Bytes of a literal, by the command begun: APPEND carries a message, the others words. */
  literal(begun: string): number;
};

export type ReaderEvent =
  | { readonly kind: "command"; readonly raw: RawCommand }
  /** The client waits for `+` before it sends its literal. */
  | { readonly kind: "continue" }
  /** Over the limits. `fatal` when what follows cannot be told apart from commands any more. */
  | { readonly kind: "refused"; readonly tag: string; readonly reason: "too-long" | "literal-too-large"; readonly fatal: boolean };

const literalAtEnd = /\{(\d{1,10})(\+?)\}$/;

export class CommandReader {
  readonly #limits: ReaderLimits;
  #chunks: Buffer[] = [];
  #length = 0;
  #parts: Buffer[] = [];
  #literals: Buffer[] = [];
  #partBytes = 0;
  /** Bytes of the literal still to come. */
  #wanted = 0;

  constructor(limits: ReaderLimits) {
    this.#limits = limits;
  }

  /** Whether a command has begun and is not whole. */
  get inside(): boolean {
    return this.#length > 0 || this.#parts.length > 0;
  }

  push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** What can be said now, or undefined until more bytes come. */
  next(): ReaderEvent | undefined {
    for (;;) {
      if (this.#wanted > 0) {
        if (this.#length < this.#wanted) return undefined;
        this.#literals.push(this.#take(this.#wanted));
        this.#wanted = 0;
      }
      const end = this.#indexOfLineEnd();
      if (end < 0) {
        if (this.#length + this.#partBytes > this.#limits.line) return this.#refuse("too-long", true);
        return undefined;
      }
      const line = trimEnd(this.#take(end + 1));
      this.#partBytes += line.length;
      if (this.#partBytes > this.#limits.line) return this.#refuse("too-long", true);
      const literal = literalAtEnd.exec(line.subarray(-16).toString("latin1"));
      if (!literal) {
        this.#parts.push(line);
        const raw: RawCommand = { parts: this.#parts, literals: this.#literals };
        this.#reset();
        return { kind: "command", raw };
      }
      this.#parts.push(line.subarray(0, line.length - literal[0].length));
      const size = Number(literal[1]);
      const synchronising = literal[2] === "";
      // A refused synchronising literal is never sent; a non-synchronising one is already on its way.
      if (size > this.#limits.literal(this.#begun())) return this.#refuse("literal-too-large", !synchronising);
      this.#wanted = size;
      if (size === 0) this.#literals.push(Buffer.alloc(0));
      if (synchronising) return { kind: "continue" };
    }
  }

  #begun(): string {
    return (this.#parts[0]?.subarray(0, 200).toString("latin1").split(" ")[1] ?? "").toUpperCase();
  }

  #refuse(reason: "too-long" | "literal-too-large", fatal: boolean): ReaderEvent {
    const head = this.#parts[0] ?? this.#chunks[0] ?? Buffer.alloc(0);
    const tag = /^[\x21-\x7e]{1,40}/.exec(head.subarray(0, 60).toString("latin1"))?.[0] ?? "*";
    this.#reset();
    return { kind: "refused", tag, reason, fatal };
  }

  #reset(): void {
    this.#parts = [];
    this.#literals = [];
    this.#partBytes = 0;
  }

  #indexOfLineEnd(): number {
    let base = 0;
    for (const chunk of this.#chunks) {
      const found = chunk.indexOf(10);
      if (found >= 0) return base + found;
      base += chunk.length;
    }
    return -1;
  }

  #take(count: number): Buffer {
    const taken: Buffer[] = [];
    let left = count;
    while (left > 0) {
      const chunk = this.#chunks[0] ?? Buffer.alloc(0);
      if (chunk.length <= left) {
        taken.push(chunk);
        this.#chunks.shift();
        left -= chunk.length;
      } else {
        taken.push(chunk.subarray(0, left));
        this.#chunks[0] = chunk.subarray(left);
        left = 0;
      }
    }
    this.#length -= count;
    return taken.length === 1 && taken[0] ? taken[0] : Buffer.concat(taken);
  }
}

function trimEnd(line: Buffer): Buffer {
  const end = line[line.length - 2] === 13 ? line.length - 2 : line.length - 1;
  return line.subarray(0, end);
}
