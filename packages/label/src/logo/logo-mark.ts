// The verifiable mark of a logo file: a signed statement that names the product, the level and the digest of the drawing it sits in.
// In SVG it is metadata, in PNG a text chunk (PNG §11.3.4.5); cut out, the rest must have the digest it states.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type Signer, signStatement, verifyStatement } from "@cercle/evidence";
import type { Json } from "@cercle/kernel";

export type MarkFacts = { readonly mark: string; readonly product: string; readonly version: string; readonly level: string; readonly structures: string };
export type MarkedStatement = MarkFacts & { readonly format: "cercle-logo-1"; readonly drawing: string };
export type FileVerdict =
  | { readonly is: "intact"; readonly statement: MarkedStatement; readonly trusted: boolean | undefined }
  | { readonly is: "altered"; readonly mark: string | undefined }
  | { readonly is: "unmarked" };

const keyword = "cercle-mark";
const metadata = /<metadata id="cercle-mark">([A-Za-z0-9+/=]+)<\/metadata>\n?/;
const pngHead = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export const digest = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

const state = (facts: MarkFacts, drawing: Uint8Array | string, signer: Signer): string =>
  signStatement({ format: "cercle-logo-1", drawing: digest(drawing), ...facts } satisfies MarkedStatement as Json, signer);

export function markSvg(drawing: string, facts: MarkFacts, signer: Signer): string {
  const signed = Buffer.from(state(facts, drawing, signer)).toString("base64");
  return drawing.replace("<title>", `<metadata id="${keyword}">${signed}</metadata>\n<title>`);
}

export function markPng(drawing: Uint8Array, facts: MarkFacts, signer: Signer): Uint8Array {
  const [head] = readChunks(drawing);
  const after = pngHead.length + (head?.bytes.length ?? 0);
  const text = Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`), Buffer.from(state(facts, drawing, signer))]);
  return Buffer.concat([drawing.subarray(0, after), chunk("iTXt", text), drawing.subarray(after)]);
}

/** Offline: whether the drawing is the one that was marked, and by whom. `anchors` are PEM. */
export function checkMarkedFile(bytes: Uint8Array, anchors?: string): FileVerdict {
  const found = cut(bytes);
  if (!found) return { is: "unmarked" };
  const check = verifyStatement(found.signed, anchors);
  const statement = check.ok ? (check.statement as unknown as MarkedStatement) : undefined;
  const intact = check.ok && check.trusted !== false && statement?.format === "cercle-logo-1" && statement.drawing === digest(found.drawing);
  return intact ? { is: "intact", statement, trusted: check.trusted } : { is: "altered", mark: readMark(found.signed) };
}

function cut(bytes: Uint8Array): { readonly signed: string; readonly drawing: Uint8Array } | undefined {
  const buffer = Buffer.from(bytes);
  if (buffer.subarray(0, 8).equals(pngHead)) {
    const chunks = readChunks(buffer);
    const own = chunks.filter(({ type, data }) => type === "iTXt" && data.subarray(0, keyword.length + 1).equals(Buffer.from(`${keyword}\0`)));
    if (own.length !== 1 || !own[0]) return undefined;
    return {
      signed: own[0].data.subarray(keyword.length + 5).toString("utf8"),
      drawing: Buffer.concat([pngHead, ...chunks.filter((one) => one !== own[0]).map((one) => one.bytes)]),
    };
  }
  const text = buffer.toString("utf8");
  const match = metadata.exec(text);
  return match?.[1] ? { signed: Buffer.from(match[1], "base64").toString("utf8"), drawing: Buffer.from(text.replace(metadata, "")) } : undefined;
}

/** Whose logo was altered, as the file says without proof. */
function readMark(signed: string): string | undefined {
  try {
    const { statement } = JSON.parse(signed) as { statement: { mark?: unknown } };
    return typeof statement.mark === "string" ? statement.mark : undefined;
  } catch {
    return undefined;
  }
}

type Chunk = { readonly type: string; readonly data: Buffer; readonly bytes: Buffer };

/** Chunks of a PNG; stops at the first that does not fit. What follows the end is a chunk of its own, so that nothing hides there. */
function readChunks(png: Uint8Array): readonly Chunk[] {
  const buffer = Buffer.from(png);
  const chunks: Chunk[] = [];
  let at = pngHead.length;
  while (at + 12 <= buffer.length) {
    const length = buffer.readUInt32BE(at);
    if (at + 12 + length > buffer.length) break;
    chunks.push({
      type: buffer.toString("latin1", at + 4, at + 8),
      data: buffer.subarray(at + 8, at + 8 + length),
      bytes: buffer.subarray(at, at + 12 + length),
    });
    at += 12 + length;
  }
  if (at < buffer.length) chunks.push({ type: "rest", data: buffer.subarray(at), bytes: buffer.subarray(at) });
  return chunks;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
