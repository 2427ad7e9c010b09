// What a webhook receives, and how it is signed. Pure.
import { createHmac } from "node:crypto";

/** Kinds of news. The body names file and entry only; what they say is asked for over the API, under the reader's own roles. */
export const hookKinds = ["entry-recorded", "deadline-near", "deadline-passed"] as const;
export type HookKind = (typeof hookKinds)[number];

export type HookMessage = { readonly body: string; readonly headers: Readonly<Record<string, string>> };

/**
 * The Standard Webhooks form: the receiver computes HMAC-SHA-256 over `id.timestamp.body` with the secret it was given once, compares it
 * with what follows `v1,`, and refuses an old timestamp. The id stays that of the delivery when it is tried or played again.
 */
export function writeHook({
  id,
  kind,
  data,
  at,
  secret,
}: {
  id: string;
  kind: HookKind;
  data: unknown;
  /** Seconds since 1970, of this attempt. */
  at: number;
  secret: Uint8Array;
}): HookMessage {
  const body = JSON.stringify({ type: `file.${kind}`, timestamp: new Date(at * 1000).toISOString(), data });
  const signature = createHmac("sha256", secret).update(`${id}.${at}.${body}`).digest("base64");
  return {
    body,
    headers: { "content-type": "application/json", "webhook-id": id, "webhook-timestamp": String(at), "webhook-signature": `v1,${signature}` },
  };
}

/** Pauses between attempts, in seconds: about two days in all. */
const pauses = [5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600];

/** Seconds until the next attempt after this many; undefined when it is given up. */
export function pauseAfter(attempts: number): number | undefined {
  return pauses[attempts - 1];
}
