// Signing a list: XMLDSig enveloped, exclusive canonicalisation, RSA-SHA256 (shared reference, mssante.md §2.2), and its JSON
// twin as a JWS (RFC 7515) with the certificate in `x5c`.
import { type KeyObject, X509Certificate } from "node:crypto";
import { CompactSign } from "jose";
import { SignedXml } from "xml-crypto";
import { buildXml, type Whitelist } from "./document.ts";

export const algorithms = {
  canonical: "http://www.w3.org/2001/10/xml-exc-c14n#",
  enveloped: "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
  signature: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
  digest: "http://www.w3.org/2001/04/xmlenc#sha256",
} as const;

export type ListSigner = { readonly key: KeyObject /** PEM. */; readonly certificate: string };

/** The signed XML document. */
export function signWhitelist(list: Whitelist, signer: ListSigner): string {
  const certificate = new X509Certificate(signer.certificate).raw.toString("base64");
  const signed = new SignedXml({
    privateKey: signer.key.export({ type: "pkcs8", format: "pem" }),
    signatureAlgorithm: algorithms.signature,
    canonicalizationAlgorithm: algorithms.canonical,
    getKeyInfoContent: () => `<X509Data><X509Certificate>${certificate}</X509Certificate></X509Data>`,
  });
  signed.addReference({ xpath: "/*", uri: "", isEmptyUri: true, transforms: [algorithms.enveloped, algorithms.canonical], digestAlgorithm: algorithms.digest });
  signed.computeSignature(buildXml(list), { location: { reference: "/*", action: "append" } });
  return signed.getSignedXml();
}

/** The JSON twin: the same entries, compact JWS with `RS256`. */
export function signJson(list: Whitelist, signer: ListSigner): Promise<string> {
  const payload = {
    generated_at: list.generatedAt.toString(),
    sequence: list.sequence,
    next_update: list.nextUpdate?.toString(),
    domains: list.entries.map((entry) => ({
      domain: entry.domain,
      description: entry.description,
      certificate_name: entry.certificateName,
      updated_at: entry.updatedAt.toString(),
    })),
  };
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: "RS256", typ: "whitelist+jws", x5c: [new X509Certificate(signer.certificate).raw.toString("base64")] })
    .sign(signer.key);
}
