// A signature in a PDF (ISO 32000-1 §12.8), by the card's signature key.
import { plainAddPlaceholder } from "@signpdf/placeholder-plain";
import { SignPdf } from "@signpdf/signpdf";
import { Signer, SUBFILTER_ETSI_CADES_DETACHED } from "@signpdf/utils";
import type { Card, Pin } from "./card.ts";
import type { Trust } from "./chain.ts";
import { type SignatureVerdict, signCms, verifyCms } from "./cms.ts";
import { CpsError } from "./errors.ts";

/** Adds a visible-in-the-panel signature; the document's bytes before it are untouched. */
export async function signPdf(card: Card, pdf: Uint8Array, options: Pin & { readonly reason: string; readonly chain?: string }): Promise<Uint8Array> {
  const { givenName, familyName } = await card.identity();
  const prepared = plainAddPlaceholder({
    pdfBuffer: Buffer.from(pdf),
    reason: options.reason,
    contactInfo: "",
    name: `${givenName} ${familyName}`,
    location: "",
    signatureLength: 24_576,
    subFilter: SUBFILTER_ETSI_CADES_DETACHED,
  });
  class CardSigner extends Signer {
    override async sign(content: Buffer): Promise<Buffer> {
      return Buffer.from(await signCms(card, content, { ...options, detached: true }));
    }
  }
  return new SignPdf().sign(prepared, new CardSigner());
}

/** Verifies the last signature of a PDF; what follows it, were it one byte, makes it `altered`. */
export async function verifyPdf(pdf: Uint8Array, trust: Trust): Promise<SignatureVerdict> {
  const text = Buffer.from(pdf).toString("latin1");
  const found = [...text.matchAll(/\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g)].at(-1);
  if (!found) throw new CpsError("bad-message", { problem: "PDF: no signature" });
  const [start = 0, before = 0, after = 0, rest = 0] = found.slice(1).map(Number);
  if (start !== 0 || after < before || after + rest !== pdf.length) return { valid: false, reason: "altered" };
  const hex = /^<([0-9a-fA-F]*?)(?:00)*>$/.exec(text.slice(before, after))?.[1];
  if (!hex) return { valid: false, reason: "altered" };
  const signature = Buffer.from(hex.length % 2 === 0 ? hex : `${hex}0`, "hex");
  return verifyCms(signature, { ...trust, content: Buffer.concat([pdf.subarray(0, before), pdf.subarray(after)]) });
}
