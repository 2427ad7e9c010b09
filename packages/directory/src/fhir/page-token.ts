// The link to the next page: sealed, so opaque and not to be made up; it keeps the snapshot of the first page, so pages of one
// search agree while data changes.
import { directoryErrors } from "../errors.ts";
import type { Snapshot } from "../revisions.ts";
import type { ResourceName } from "./parameters.ts";

export type PageToken = { readonly resource: ResourceName; readonly query: string; readonly after: string; readonly snapshot: Snapshot; readonly page: number };

/** AES-GCM under a key that all processes of the space share. */
export type Sealer = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

const validMillis = 24 * 3_600_000;
const maximumLength = 8192;

export function writeToken(sealer: Sealer, token: PageToken, now: number): string {
  const { resource, query, after, snapshot, page } = token;
  return Buffer.from(sealer.seal(Buffer.from(JSON.stringify([resource, query, after, snapshot.current, snapshot.pending, page, now])))).toString("base64url");
}

/** Throws `directory.bad-search` on a token that is not ours, `directory.page-expired` on an old one. */
export function readToken(sealer: Sealer, text: string, now: number): PageToken {
  let plain: [ResourceName, string, string, number, number, number, number];
  try {
    if (text.length > maximumLength) throw new RangeError("too long");
    plain = JSON.parse(Buffer.from(sealer.unseal(Buffer.from(text, "base64url"))).toString("utf8"));
  } catch (cause) {
    throw directoryErrors.refuse("directory.bad-search", { params: { problem: "_getpages" }, cause });
  }
  const [resource, query, after, current, pending, page, made] = plain;
  if (now - made > validMillis) throw directoryErrors.refuse("directory.page-expired");
  return { resource, query, after, snapshot: { current, pending }, page };
}
