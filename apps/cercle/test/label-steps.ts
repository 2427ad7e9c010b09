// Steps of a label file over the API, for tests: from an application to a labelled product.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { askServer } from "../src/control-socket.ts";
import { application, picture as drawn, sheetOf } from "../src/demos/label.ts";

export type Asked<T = Record<string, unknown>> = { readonly status: number; readonly body: T & { code?: string; title?: string; clause?: string } };
export type Method = "GET" | "POST" | "PUT" | "DELETE";

export async function ask<T = Record<string, unknown>>(data: string, method: Method, path: string, body?: unknown): Promise<Asked<T>> {
  const reply = await askServer(data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
  assert.ok(reply);
  return reply as Asked<T>;
}

export async function done<T = Record<string, unknown>>(data: string, method: Method, path: string, body?: unknown): Promise<T> {
  const reply = await ask<T>(data, method, path, body);
  assert.ok(reply.status < 300, `${path}: ${JSON.stringify(reply.body)}`);
  return reply.body;
}

export const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");

export { application };
export const sheet = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...sheetOf(name),
  professions: ["medecin-generaliste", "infirmier"],
  ...more,
});

/** A small real picture. */
export const picture = Buffer.from(drawn, "base64");

export type Made = { readonly reference: string; readonly product: string; readonly referential: string };

/** A file with its application, its pieces and its build; nothing examined yet. */
export async function apply(data: string, { party, name, more }: { party: string; name: string; more?: Record<string, unknown> }): Promise<Made> {
  const made = await done<{ party: string }>(data, "POST", "/api/parties", { name: party });
  const { reference } = await done<{ reference: string }>(data, "POST", "/api/files", { instrument: "label-convention", party: made.party });
  const { product } = await done<{ product: string }>(data, "POST", "/api/label/applications", { file: reference, application, sheet: sheet(name, more) });
  await done(data, "POST", `/api/label/products/${product}/builds`, { number: "4.2.1", fingerprint: createHash("sha256").update(name).digest("hex") });
  for (const piece of ["convention", "rules", "assurance-plan", "documents", "referential"])
    await done(data, "POST", `/api/files/${reference}/entries`, { type: "piece-filed", payload: { piece, signed_on: "2026-01-02" } });
  await done(data, "POST", `/api/files/${reference}/entries`, { type: "file-found-complete" });
  const all = await done<readonly { id: string; fictional: boolean }[]>(data, "GET", "/api/label/referentials");
  const referential = all.find((one) => one.fictional);
  return { reference, product, referential: referential?.id ?? "" };
}

/** Evidence and results for these requirements of the fictional referential. */
export async function examine(data: string, { product, referential }: Made, requirements: readonly string[]): Promise<void> {
  for (const requirement of requirements)
    await done(data, "POST", `/api/label/products/${product}/evidence`, { referential, requirement, name: `${requirement}.png`, content: base64(picture) });
  const results = requirements.map((requirement) => ({ requirement, result: "met" }));
  await done(data, "PUT", `/api/label/products/${product}/results`, { referential, results });
}

export const standardSet = ["FIC-AGD-1", "FIC-DOS-1", "FIC-DOS-2"];
export const advancedSet = [...standardSet, "FIC-DOS-3", "FIC-PIL-1"];

export async function sign(data: string, { product, referential }: Made): Promise<void> {
  for (const by of ["holder", "agency"]) await done(data, "POST", `/api/label/products/${product}/signature`, { referential, by });
}

/** An archive of one file; `claims` is the size it says it has, whatever it holds. */
export function zipOf(name: string, content: Uint8Array, claims = content.length): Buffer {
  const packed = deflateRawSync(content);
  const title = Buffer.from(name);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(20, 4);
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt32LE(claims, 22);
  head.writeUInt16LE(title.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(20, 4);
  entry.writeUInt16LE(20, 6);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(claims, 24);
  entry.writeUInt16LE(title.length, 28);
  const end = Buffer.alloc(22);
  const before = head.length + title.length + packed.length;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + title.length, 12);
  end.writeUInt32LE(before, 16);
  return Buffer.concat([head, title, packed, entry, title, end]);
}
