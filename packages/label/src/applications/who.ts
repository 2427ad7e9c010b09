// Who may ask about a product: the agency, and its holder.
import type { Actor } from "@cercle/web";
import { z } from "zod";
import { labelErrors } from "../errors.ts";
import type { Room } from "../room.ts";
import { getProduct, type ProductRow } from "./products.ts";

export const readers = ["officer", "second-officer", "auditor", "controller", "vendor"];
export const one = z.object({ product: z.uuid() });

/** The product and for whom the actor acts in its file; a stranger is told nothing but that it is not theirs. */
export async function theirProduct(room: Room, actor: Actor, id: string): Promise<{ readonly product: ProductRow; readonly as: "agency" | "holder" }> {
  const product = await getProduct(room.store, id);
  const as = await room.ports.files.actsFor(actor, product.reference);
  if (!as) throw labelErrors.refuse("label.not-yours");
  return { product, as };
}

/** The product to who may only read it too: a controller under a mandate running now. To a controller without one it does not exist. */
export async function readProduct(
  room: Room,
  actor: Actor,
  id: string,
): Promise<{ readonly product: ProductRow; readonly as: "agency" | "holder" | "reader" }> {
  const product = await getProduct(room.store, id);
  const as = await room.ports.files.actsFor(actor, product.reference);
  if (as) return { product, as };
  if (await room.ports.files.reads(actor, product.reference)) return { product, as: "reader" };
  throw actor.kind === "account" && actor.roles.includes("controller") ? labelErrors.refuse("label.no-product") : labelErrors.refuse("label.not-yours");
}

/** The product, to the agency alone. */
export async function asAgency(room: Room, actor: Actor, id: string): Promise<ProductRow> {
  const { product, as } = await theirProduct(room, actor, id);
  if (as !== "agency") throw labelErrors.refuse("label.not-yours");
  return product;
}
