import type { Actor } from "@cercle/web";

/** The key of an actor as entries carry it; never a name. */
export function actorKey(actor: Actor): string {
  return actor.kind === "account" ? `account:${actor.id}` : actor.kind;
}
