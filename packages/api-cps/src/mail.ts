// Inter-professional mail: S/MIME (RFC 8551) around what cms.ts makes.

import type { X509Certificate } from "node:crypto";
import { randomBytes } from "node:crypto";
import type { Card, Pin } from "./card.ts";
import type { Trust } from "./chain.ts";
import { decrypt, encryptFor, type SignatureVerdict, signCms, verifyCms } from "./cms.ts";
import { CpsError } from "./errors.ts";

const lines = (der: Uint8Array): string => Buffer.from(der).toString("base64").replace(/.{64}/g, "$&\r\n");
const canonical = (text: string): string => text.replace(/\r?\n/g, "\r\n");

/** A clear-signed message (multipart/signed) around one MIME entity, its own headers included. Headers of the mail are the caller's. */
export async function signMail(card: Card, entity: string, options: Pin & { readonly chain?: string }): Promise<string> {
  const part = canonical(entity);
  const signature = await signCms(card, Buffer.from(part, "utf8"), { ...options, detached: true });
  const boundary = `cps-${randomBytes(12).toString("hex")}`;
  return [
    "MIME-Version: 1.0",
    `Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="${boundary}"`,
    "",
    `--${boundary}`,
    part,
    `--${boundary}`,
    'Content-Type: application/pkcs7-signature; name="smime.p7s"',
    "Content-Transfer-Encoding: base64",
    'Content-Disposition: attachment; filename="smime.p7s"',
    "",
    lines(signature),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** Verifies a clear-signed message; `entity` of a valid verdict is `content`. */
export async function verifyMail(message: string, trust: Trust): Promise<SignatureVerdict> {
  const text = canonical(message);
  const boundary = /^content-type:\s*multipart\/signed;[\s\S]*?boundary="?([\w'()+,./:=? -]{1,70}?)"?(?:;|\r\n)/im.exec(text)?.[1];
  const parts = boundary === undefined ? [] : text.split(`\r\n--${boundary}`);
  const [, entity, signature] = parts;
  const encoded = signature && /\r\n\r\n([A-Za-z0-9+/=\r\n]+)$/.exec(signature)?.[1];
  if (parts.length !== 4 || entity === undefined || !encoded) throw new CpsError("bad-message", { problem: "multipart/signed" });
  return verifyCms(Buffer.from(encoded, "base64"), { ...trust, content: Buffer.from(entity.slice(2), "utf8") });
}

/** An encrypted message for colleagues (application/pkcs7-mime). */
export function encryptMail(entity: string, certificates: readonly X509Certificate[]): string {
  return [
    "MIME-Version: 1.0",
    'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    "Content-Transfer-Encoding: base64",
    'Content-Disposition: attachment; filename="smime.p7m"',
    "",
    lines(encryptFor(Buffer.from(canonical(entity), "utf8"), certificates)),
    "",
  ].join("\r\n");
}

/** Opens one, with the card. */
export async function decryptMail(card: Card, message: string, code: Pin): Promise<string> {
  const [head = "", body] = canonical(message).split(/\r\n\r\n([\s\S]*)/, 2);
  if (!/application\/(x-)?pkcs7-mime/i.test(head) || !body) throw new CpsError("bad-message", { problem: "application/pkcs7-mime" });
  return Buffer.from(await decrypt(card, Buffer.from(body, "base64"), code)).toString("utf8");
}
