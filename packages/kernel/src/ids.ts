// Identifiers: UUIDv7 (RFC 9562 §5.7), branded so that a file's id is never passed for an account's.
// People never see them; they see a reference such as `OP-2026-00042` (`governance`).
import { randomFillSync } from "node:crypto";

declare const brand: unique symbol;

/** A UUIDv7 of one kind of thing. The brand exists for the compiler only. */
export type Id<Kind extends string> = string & { readonly [brand]: Kind };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let lastMillis = 0;
let counter = 0;

/** Makes a new identifier. Within one process, ids made later sort later, even in the same millisecond. */
export function newId<Kind extends string>(): Id<Kind> {
  const bytes = randomFillSync(new Uint8Array(16));
  // RFC 9562 §6.2 method 1: rand_a is a counter, so that ids of one millisecond keep their order.
  const now = Date.now();
  if (now > lastMillis) {
    lastMillis = now;
    counter = ((bytes[6] ?? 0) << 2) & 0x3ff;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMillis += 1;
      counter = 0;
    }
  }
  new DataView(bytes.buffer).setBigUint64(0, (BigInt(lastMillis) << 16n) | 0x7000n | BigInt(counter));
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Buffer.from(bytes).toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Kind>;
}

/** Whether a text has the shape of an identifier; says nothing of whether the thing exists. */
export function isId<Kind extends string>(text: string): text is Id<Kind> {
  return UUID.test(text);
}
