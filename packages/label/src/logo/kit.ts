// The logo kit: made when it is first asked under an open right, one mark for each product, level and version.
import { randomBytes } from "node:crypto";
import type { Temporal } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import type { ProductRow } from "../applications/products.ts";
import type { Level } from "../examination/level.ts";
import type { LabelPorts } from "../ports.ts";
import { drawLogo, rasterise, structureWords } from "./logo.ts";
import { digest, markPng, markSvg } from "./logo-mark.ts";

export type LogoRow = { readonly mark: string; readonly product_id: string; readonly level: Level; readonly version: string };
export type LogoFile = { readonly bytes: Uint8Array; readonly type: string };
export const labelName = "e-santé Logiciel";

const columns = "mark, product_id, level, version";
/** No vowel, no look-alike: read aloud and typed without a mistake. */
const letters = "BCDFGHJKMNPQRTVWXZ346789";
const newMark = (): string =>
  [...randomBytes(10)]
    .map((byte) => letters[byte % letters.length])
    .join("")
    .replace(/^(.{5})/, "$1-");

export const pageOf = (origin: string, mark: string): string => `${origin}/label/logo/${mark}`;

export const findLogo = (from: Queryable, mark: string): Promise<LogoRow | undefined> =>
  from.first<LogoRow>(`select ${columns} from label.logo where mark = $1`, [mark.toUpperCase()]);

export async function readLogo(from: Queryable, mark: string, form: "svg" | "png"): Promise<LogoFile | undefined> {
  const found = await from.first<{ bytes: Uint8Array }>(`select ${form} as bytes from label.logo where mark = $1`, [mark.toUpperCase()]);
  return found && { bytes: found.bytes, type: form === "svg" ? "image/svg+xml" : "image/png" };
}

/** Which logo has exactly these bytes. */
export const findByDigest = (from: Queryable, bytes: Uint8Array): Promise<LogoRow | undefined> =>
  from.first<LogoRow>(`select ${columns} from label.logo where svg_digest = $1 or png_digest = $1`, [digest(bytes)]);

export async function makeLogo(
  tx: Tx,
  { ports, product, level }: { ports: Pick<LabelPorts, "signer" | "origin">; product: ProductRow; level: Level },
  now: Temporal.Instant,
): Promise<LogoRow> {
  const sheet = product.signed_sheet ?? product.sheet;
  const version = String(sheet.version ?? "");
  const known = await tx.first<LogoRow>(`select ${columns} from label.logo where product_id = $1 and level = $2 and version = $3`, [
    product.id,
    level,
    version,
  ]);
  if (known) return known;
  const mark = newMark();
  const drawing = await drawLogo({ level, mark, address: pageOf(ports.origin, mark), label: labelName });
  const facts = { mark, product: String(sheet.commercial_name ?? ""), version, level, structures: structureWords };
  const signer = await ports.signer(tx);
  const svg = Buffer.from(markSvg(drawing, facts, signer));
  const png = markPng(await rasterise(drawing), facts, signer);
  await tx.run(
    `insert into label.logo (mark, product_id, level, version, svg, png, svg_digest, png_digest, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (product_id, level, version) do nothing`,
    [mark, product.id, level, version, svg, png, digest(svg), digest(png), now],
  );
  const made = await tx.first<LogoRow>(`select ${columns} from label.logo where product_id = $1 and level = $2 and version = $3`, [product.id, level, version]);
  return made ?? { mark, product_id: product.id, level, version };
}
