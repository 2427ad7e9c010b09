// The proof file of a message: fingerprint, route, TLS, certificates, receipts, who touched it; signed (JWS, RFC 7515) with the
// certificate inside, so that it verifies offline against the anchors alone.
import { X509Certificate } from "node:crypto";
import { CompactSign, compactVerify } from "jose";
import { mailErrors } from "../errors.ts";
import { digestOf } from "./trail.ts";

export type Proof = {
  readonly format: "cercle-mail-proof-1";
  readonly operator: string;
  readonly issued_at: string;
  /** SHA-256, base64url, of the message as its sender wrote it. */
  readonly digest: string;
  readonly trail: readonly { readonly at: string; readonly what: string; readonly facts: Readonly<Record<string, unknown>> }[];
  readonly acts: readonly { readonly at: string; readonly mailbox: string; readonly holder: string; readonly what: string }[];
};
export type ProofSigner = { readonly key: import("node:crypto").KeyObject; readonly certificate: string };

export function signProof(proof: Proof, signer: ProofSigner): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(proof)))
    .setProtectedHeader({ alg: "RS256", typ: "mail-proof+jws", x5c: [new X509Certificate(signer.certificate).raw.toString("base64")] })
    .sign(signer.key);
}

/** Verifies a proof file against anchors (PEM), and a message against its fingerprint when one is given; needs no server. */
export async function verifyProof(file: string, { trust, message }: { trust: string; message?: Buffer | undefined }): Promise<Proof & { signer: string }> {
  const bad = (reason: string) => mailErrors.refuse("mail.bad-proof", { params: { reason } });
  let certificate: X509Certificate;
  let proof: Proof;
  try {
    const [head = ""] = file.trim().split(".");
    const { x5c } = JSON.parse(Buffer.from(head, "base64url").toString("utf8")) as { x5c?: readonly string[] };
    certificate = new X509Certificate(Buffer.from(x5c?.[0] ?? "", "base64"));
    const { payload, protectedHeader } = await compactVerify(file.trim(), certificate.publicKey, { algorithms: ["RS256"] });
    if (protectedHeader.typ !== "mail-proof+jws") throw new Error("type");
    proof = JSON.parse(Buffer.from(payload).toString("utf8")) as Proof;
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : "format");
  }
  const anchors = (trust.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
  const trusted = anchors.some((anchor) => anchor.ca && certificate.checkIssued(anchor) && certificate.verify(anchor.publicKey));
  if (!trusted) throw bad("untrusted signer");
  // The signature counts at the time it was made.
  const at = Date.parse(proof.issued_at);
  if (at < certificate.validFromDate.getTime() || at > certificate.validToDate.getTime()) throw bad("signer not valid then");
  if (message && ![message, withoutStamp(message)].some((bytes) => digestOf(bytes) === proof.digest)) throw bad("another message");
  return { ...proof, signer: certificate.subject.replaceAll("\n", ", ") };
}

/** A received copy carries one line of the operator before what the sender wrote. */
function withoutStamp(message: Buffer): Buffer {
  const text = message.subarray(0, 4000).toString("latin1");
  const stamp = /^Received: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/.exec(text);
  return stamp ? message.subarray(stamp[0].length) : message;
}
