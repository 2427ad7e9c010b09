// The event catalogue. News travels between rooms as events written in the outbox of the same transaction
// (`store.emit`); a room declares the events it sends, and a consumer reads only declared ones.
import type { z } from "zod";

/** One kind of event: its topic and the shape of its payload. */
export type EventKind<Payload = unknown> = {
  readonly topic: string;
  readonly schema: z.ZodType<Payload>;
  /** One English line for `docs/events.md`. */
  readonly about: string;
};

/** An event about to be written: subject orders it among its like. */
export type NewEvent<Payload = unknown> = { kind: EventKind<Payload>; subject: string; payload: Payload };

/** Declares one kind of event. Topics are `room.what-happened`. */
export function defineEvent<Payload>(topic: string, about: string, schema: z.ZodType<Payload>): EventKind<Payload> {
  return { topic, about, schema };
}
