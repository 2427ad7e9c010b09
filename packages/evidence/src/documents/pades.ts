// The seals of a document: PAdES, one incremental revision for each seal, so that each covers what came before it.
import { createHash, type KeyObject, sign } from "node:crypto";
import { PDF, type Signer as PdfSigner, type TimestampAuthority as PdfTimestampAuthority } from "@libpdf/core";
import { readCertificates } from "../chain-of-trust.ts";
import { evidenceErrors } from "../errors.ts";
import { buildTimestampRequest, readToken } from "../timestamp.ts";
import type { TimestampAuthority } from "../tsa.ts";

export type Seal = { readonly key: KeyObject; readonly certificate: string; readonly party: string; readonly reason: string };

/** Seals in the given order. Throws when the timestamp authority does not answer: a seal without its time is not made. */
export async function sealDocument(bytes: Uint8Array, seals: readonly Seal[], authority: TimestampAuthority, at: Date): Promise<Uint8Array> {
  let sealed = bytes;
  for (const [index, seal] of seals.entries()) {
    const pdf = await PDF.load(sealed);
    const done = await pdf.sign({
      signer: pdfSigner(seal),
      reason: seal.reason,
      signingTime: at,
      fieldName: `seal-${index + 1}`,
      level: "B-T",
      timestampAuthority: pdfAuthority(authority),
      estimatedSize: 24_576,
    });
    sealed = done.bytes;
  }
  return sealed;
}

function pdfSigner({ key, certificate }: Seal): PdfSigner {
  const [own, ...between] = readCertificates(certificate);
  if (!own) throw evidenceErrors.refuse("evidence.no-document", { detail: "a seal without a certificate" });
  return {
    certificate: new Uint8Array(own.raw),
    certificateChain: between.map((one) => new Uint8Array(one.raw)),
    keyType: "RSA",
    signatureAlgorithm: "RSASSA-PKCS1-v1_5",
    sign: async (data, algorithm) => new Uint8Array(sign(algorithm.replace("-", "").toLowerCase(), data, key)),
  };
}

function pdfAuthority(authority: TimestampAuthority): PdfTimestampAuthority {
  return {
    async timestamp(digest, algorithm) {
      if (algorithm !== "SHA-256") throw new TypeError(`no timestamp over ${algorithm}`);
      const request = buildTimestampRequest({ digest });
      return new Uint8Array(readToken(await authority.stamp(request), request));
    },
  };
}

/** Text of a PDF without spaces, folded, for a comparison with what was sent; empty when it is a picture. */
export async function readText(bytes: Uint8Array): Promise<string> {
  const pdf = await PDF.load(bytes).catch(() => undefined);
  if (!pdf) return "";
  const text = pdf.extractText().map((page) => page.text);
  return text.join("").normalize("NFKC").replace(/\s+/g, "").toLowerCase();
}

export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
