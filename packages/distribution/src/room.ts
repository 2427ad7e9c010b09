// What every part of the room works with, and who may do what in a contract.
import type { Store } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { distributionErrors } from "./errors.ts";
import type { DistributionPorts } from "./ports.ts";

export type Room = { readonly store: Store; readonly ports: DistributionPorts };
export const agency = ["officer", "second-officer"];
export const sides = [...agency, "auditor", "vendor"];

export async function sideOf({ ports }: Room, actor: Actor, file: string): Promise<"agency" | "vendor"> {
  const side = await ports.files.actsFor(actor, file);
  if (!side) throw distributionErrors.refuse("distribution.not-yours");
  return side;
}

/** Nominative access: the right is open, and annex 3 names this very person. The agency reads its own software. */
export async function enterArea(room: Room, actor: Actor, file: string): Promise<"agency" | "vendor"> {
  const side = await sideOf(room, actor, file);
  if (side === "agency") return side;
  const named = actor.kind === "account" && (await room.ports.files.namedPersons(file)).includes(actor.id);
  if (!named || !(await room.ports.files.isOpen(file, "vendor-area.open")))
    throw distributionErrors.refuse("distribution.area-closed", { clause: "CPS annexe 3", right: "vendor-area.open" });
  await room.store.run("insert into distribution.visit (file, at) values ($1, $2) on conflict (file) do update set at = excluded.at", [file, room.ports.now()]);
  return side;
}

export const personOf = (actor: Actor): string => (actor.kind === "account" ? actor.id : actor.kind);
