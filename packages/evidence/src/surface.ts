// What the room's routes share: who, the shapes of references, instants and scans, a file as a reply.
import { type Actor, Reply } from "@cercle/web";
import { z } from "zod";

export const officers = ["officer", "second-officer"];
export const parties = ["vendor", "operator-contact"];
/** They read and never write; a controller under a mandate only. */
export const lookers = ["auditor", "controller"];

export const file = z.string().min(3).max(40);
export const instant = z.iso.datetime({ offset: true });
/** Base64; the listener's own limit on bodies (1 MiB) is the last word. */
export const scan = z.base64().min(8).max(960_000);

/** The key of an actor as entries carry it; never a name. */
export function actorKey(actor: Actor): string {
  return actor.kind === "account" ? `account:${actor.id}` : actor.kind;
}

/** A file to be saved: never rendered by the browser in our origin. */
export function fileReply({ type, bytes }: { type: string; bytes: Uint8Array }, name: string): Reply {
  return new Reply({ body: bytes, type, headers: { "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}"` } });
}
