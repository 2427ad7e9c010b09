// Who may ask about a product: the agency, and its holder.
import type { Actor } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "./errors.ts";
import type { ProductRow } from "./products.ts";
import type { Room } from "./room.ts";

export const readers = ["officer", "second-officer", "auditor", "controller", "vendor"];
export const one = z.object({ product: z.uuid() });

/** For whom the actor acts in the product's file; a stranger is told nothing but that it is not theirs. */
export async function party(room: Room, actor: Actor, product: ProductRow): Promise<"agency" | "holder"> {
  const as = await room.ports.files.actsFor(actor, product.reference);
  if (!as) throw labelErrors.refuse("label.not-yours");
  return as;
}

export async function asAgency(room: Room, actor: Actor, product: ProductRow): Promise<void> {
  if ((await party(room, actor, product)) !== "agency") throw labelErrors.refuse("label.not-yours");
}
