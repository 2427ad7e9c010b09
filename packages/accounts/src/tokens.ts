// Bearer secrets of our own (invitations, sessions, API keys): 256 random bits shown once; the store keeps a digest only.
// A digest suffices because the secret has full entropy; look-up by digest leaks no timing of the secret itself.
import { createHash, randomBytes } from "node:crypto";

/** `prefix` tells leaked-secret scanners and people what it is. */
export function makeToken(prefix: string): string {
  return `${prefix}_${randomBytes(32).toString("base64url")}`;
}

export function digestToken(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
