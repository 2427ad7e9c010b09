// What the two ends say to each other: the target asks (JSON in the body of a POST), the source answers frames. A frame is two lengths
// (32 bits each), a JSON head and bytes; both lengths are looked at before anything is read into memory.
import type { Readable } from "node:stream";
import { z } from "zod";

export const protocol = "cercle-transfer-1";
const headBytes = 8 * 1024 * 1024;
const payloadBytes = 80 * 1024 * 1024;

export type Frame = { readonly head: unknown; readonly bytes: Buffer };

/** The invitation, as the source's officer hands it to the target's: short-lived, single-use, for one target. */
const invitationShape = z.object({
  format: z.literal(protocol),
  id: z.uuid(),
  domain: z.string().max(200),
  place: z.string().regex(/^[^\s/@]{1,250}:\d{1,5}$/),
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  secret: z.string().regex(/^[\w-]{43}$/),
});
export type Invitation = z.output<typeof invitationShape>;

export const writeInvitation = (invitation: Omit<Invitation, "format">): string =>
  Buffer.from(JSON.stringify({ format: protocol, ...invitation })).toString("base64url");

/** Undefined when the text is no invitation. */
export function parseInvitation(text: string): Invitation | undefined {
  try {
    return invitationShape.parse(JSON.parse(Buffer.from(text.trim(), "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
}

const number = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const place = {
  folder: number,
  modseq: number,
  uid: z
    .number()
    .int()
    .min(-1)
    .max(2 ** 31 - 1),
};

/** What the target may ask. */
export const askShape = z.discriminatedUnion("ask", [
  z.strictObject({
    ask: z.literal("accept"),
    secret: z.string().max(60),
    gateway: z.string().max(260),
    public_key: z.base64().max(4000),
  }),
  z.strictObject({ ask: z.literal("state") }),
  z.strictObject({ ask: z.literal("mailboxes"), after: z.string().max(320) }),
  z.strictObject({ ask: z.literal("messages"), ...place }),
  z.strictObject({ ask: z.literal("expunged"), ...place }),
  z.strictObject({ ask: z.literal("bodies"), ids: z.array(z.uuid()).min(1).max(500) }),
  z.strictObject({ ask: z.literal("rows"), table: z.string().max(40), after: z.array(z.union([z.string().max(200), number])).max(3), settled: z.boolean() }),
  z.strictObject({ ask: z.literal("queue"), after: z.string().max(40) }),
  z.strictObject({ ask: z.literal("quarantine"), after: z.string().max(60) }),
  z.strictObject({ ask: z.literal("compared"), digests: z.record(z.string().max(40), z.string().max(100)) }),
]);
export type Ask = z.output<typeof askShape>;

export function writeFrame(head: unknown, bytes: Uint8Array = Buffer.alloc(0)): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(head));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(text.length, 0);
  lengths.writeUInt32BE(bytes.length, 4);
  return [lengths, text, bytes];
}

/** The frames of an answer, one in memory at a time. Throws when the answer is cut or a length is beyond what is taken. */
export async function* readFrames(answer: Readable): AsyncGenerator<Frame> {
  let waiting: Buffer[] = [];
  let held = 0;
  const take = (length: number): Buffer => {
    const whole = waiting.length === 1 ? (waiting[0] ?? Buffer.alloc(0)) : Buffer.concat(waiting, held);
    waiting = [whole.subarray(length)];
    held = whole.length - length;
    return whole.subarray(0, length);
  };
  let lengths: readonly [number, number] | undefined;
  for await (const chunk of answer) {
    waiting.push(chunk as Buffer);
    held += (chunk as Buffer).length;
    for (;;) {
      if (!lengths) {
        if (held < 8) break;
        const head = take(8);
        lengths = [head.readUInt32BE(0), head.readUInt32BE(4)];
        if (lengths[0] > headBytes || lengths[1] > payloadBytes) throw new Error("a frame is longer than what is taken");
      }
      if (held < lengths[0] + lengths[1]) break;
      const text = take(lengths[0]).toString("utf8");
      const bytes = Buffer.from(take(lengths[1]));
      lengths = undefined;
      yield { head: JSON.parse(text) as unknown, bytes };
    }
  }
  if (held > 0 || lengths) throw new Error("the answer was cut");
}
