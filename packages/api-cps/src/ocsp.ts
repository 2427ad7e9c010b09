// What an authority says of one certificate now (RFC 6960): asked with a nonce, believed only when signed by the authority itself
// or by a responder that it certified for this.
import { randomBytes, verify, X509Certificate } from "node:crypto";
import { OctetString } from "asn1js";
import { BasicOCSPResponse, Extension, OCSPRequest, OCSPResponse, Certificate as PkiCertificate } from "pkijs";

const oids = { nonce: "1.3.6.1.5.5.7.48.1.2", basic: "1.3.6.1.5.5.7.48.1.1", signing: "1.3.6.1.5.5.7.3.9" } as const;
const hashes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
};
/** Clocks of two computers differ. */
const patienceMillis = 300_000;
const largestAnswer = 100_000;

export type AskOcsp = (address: string, request: Uint8Array) => Promise<Uint8Array>;

/** Asks at `address`. Throws when there is no answer, or none that can be believed: the caller turns to the list. */
export async function askOcsp(facts: {
  readonly certificate: X509Certificate;
  readonly issuer: X509Certificate;
  readonly address: string;
  readonly ask: AskOcsp;
}): Promise<"good" | "revoked"> {
  const { certificate, issuer, address, ask } = facts;
  const [subject, authority] = [toPki(certificate), toPki(issuer)];
  const nonce = new OctetString({ valueHex: Uint8Array.from(randomBytes(16)).buffer }).toBER();
  const request = new OCSPRequest();
  await request.createForCertificate(subject, { hashAlgorithm: "SHA-1", issuerCertificate: authority });
  request.tbsRequest.requestExtensions = [new Extension({ extnID: oids.nonce, extnValue: nonce })];
  const answer = OCSPResponse.fromBER(Uint8Array.from(await ask(address, new Uint8Array(request.toSchema(true).toBER()))));
  if (answer.responseBytes?.responseType !== oids.basic) throw new Error("OCSP: refused");
  const basic = BasicOCSPResponse.fromBER(answer.responseBytes.response.valueBlock.valueHexView);
  checkSignature(basic, issuer);
  const said = basic.tbsResponseData.responseExtensions?.find((one) => one.extnID === oids.nonce);
  if (said && Buffer.compare(Buffer.from(said.extnValue.valueBlock.valueHexView), Buffer.from(nonce)) !== 0) throw new Error("OCSP: another’s answer");
  const now = Date.now();
  for (const { thisUpdate, nextUpdate } of basic.tbsResponseData.responses) {
    const late = nextUpdate ? nextUpdate.getTime() < now - patienceMillis : !said;
    if (late || thisUpdate.getTime() > now + patienceMillis) throw new Error("OCSP: stale");
  }
  const { isForCertificate, status } = await basic.getCertificateStatus(subject, authority);
  if (!isForCertificate || status > 1) throw new Error("OCSP: unknown");
  return status === 0 ? "good" : "revoked";
}

function checkSignature(basic: BasicOCSPResponse, issuer: X509Certificate): void {
  const hash = hashes[basic.signatureAlgorithm.algorithmId];
  const signed = Buffer.from(basic.tbsResponseData.tbsView);
  const signature = Buffer.from(basic.signature.valueBlock.valueHexView);
  const responders = [
    issuer,
    ...(basic.certs ?? []).map((one) => new X509Certificate(Buffer.from(one.toSchema().toBER()))).filter((one) => isResponder(one, issuer)),
  ];
  if (!hash || !responders.some((one) => verify(hash, signed, one.publicKey, signature))) throw new Error("OCSP: not signed by the authority");
}

/** RFC 6960 §4.2.2.2: certified by this very authority, for this. */
function isResponder(one: X509Certificate, issuer: X509Certificate): boolean {
  const now = Date.now();
  return (
    one.checkIssued(issuer) &&
    one.verify(issuer.publicKey) &&
    (one.keyUsage ?? []).includes(oids.signing) &&
    Date.parse(one.validFrom) <= now &&
    Date.parse(one.validTo) >= now
  );
}

/** The usual way there. */
export const postOcsp: AskOcsp = async (address, request) => {
  const body = Uint8Array.from(request);
  const headers = { "content-type": "application/ocsp-request" };
  const reply = await fetch(address, { method: "POST", body, headers, signal: AbortSignal.timeout(10_000), redirect: "error" });
  const answer = new Uint8Array(await reply.arrayBuffer());
  if (!reply.ok || answer.length > largestAnswer) throw new Error(`${address}: ${reply.status}`);
  return answer;
};

/** As pkijs wants it. */
export function toPki(certificate: X509Certificate): PkiCertificate {
  return PkiCertificate.fromBER(Uint8Array.from(certificate.raw));
}
