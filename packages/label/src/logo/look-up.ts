// What a logo stands for today.
import { z } from "zod";
import { findProducts } from "../applications/products.ts";
import { publicRow } from "../public/public-list.ts";
import type { Room } from "../room.ts";
import type { LogoRow } from "./kit.ts";

export const markShape = z.string().regex(/^[A-Za-z0-9]{5}-[A-Za-z0-9]{5}$/);

/** The six fields of what this logo stands for, while it is valid; nothing else, and nothing once it is not. */
export async function lookUp(room: Room, logo: LogoRow | undefined) {
  if (!logo) return { valid: false as const };
  const [product] = await findProducts(room.store, [logo.product_id]);
  const level = room.levelInForce("logo", logo.product_id);
  const sheet = product?.signed_sheet;
  if (!product || !sheet || level !== logo.level || String(sheet.version) !== logo.version) return { valid: false as const };
  return { valid: true as const, product: publicRow({ holder: await room.ports.files.holderName(product.reference), sheet, level }) };
}
