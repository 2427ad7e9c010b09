// Whether a certificate of another authority is revoked: its OCSP responder is asked, else its list is read (RFC 6960, RFC 5280 §5).
// A list that has not expired is kept; what holds when neither can be had is a setting of the operator.
import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import { BasicOCSPResponse, CertID, OCSPRequest, OCSPResponse, OCSPResponseStatus, Request, TBSRequest } from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, AuthorityInfoAccessSyntax, Certificate, CertificateList, CRLDistributionPoints } from "@peculiar/asn1-x509";

export type RevocationAnswer = "good" | "revoked" | "unreachable";
export type AskRevocation = (certificate: X509Certificate, issuer: X509Certificate) => Promise<RevocationAnswer>;
/** Fetches over HTTP; throws when it cannot be had. */
export type FetchBytes = (url: string, request?: { body: Uint8Array; type: string }) => Promise<Uint8Array>;

const oids = {
  distributionPoints: "2.5.29.31",
  authorityInfo: "1.3.6.1.5.5.7.1.1",
  ocsp: "1.3.6.1.5.5.7.48.1",
  sha1: "1.3.14.3.2.26",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
} as const;
/** Signature algorithms that lists and answers may carry; anything weaker is no answer. */
const hashes: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
};
const mostLists = 200;
const skewMillis = 300_000;

export function createRevocation({ fetchBytes, real }: { fetchBytes: FetchBytes; real: Clock }): AskRevocation {
  const lists = new Map<string, { until: number; serials: ReadonlySet<string> }>();
  const now = (): number => real.now().epochMilliseconds;

  const fromList = async (url: string, serial: string, issuer: X509Certificate): Promise<RevocationAnswer> => {
    const key = `${issuer.fingerprint256} ${url}`;
    const kept = lists.get(key);
    const list = kept && kept.until > now() ? kept : await readList(await fetchBytes(url), issuer, now());
    if (!list) return "unreachable";
    if (list !== kept) {
      if (lists.size >= mostLists) lists.clear();
      lists.set(key, list);
    }
    return list.serials.has(serial) ? "revoked" : "good";
  };

  return async (certificate, issuer) => {
    const places = readPlaces(certificate);
    const serial = certificate.serialNumber.toLowerCase().replace(/^(00)+(?=..)/, "");
    for (const ask of [
      ...places.ocsp.map((url) => () => askResponder(url, certificate, issuer, fetchBytes, now())),
      ...places.lists.map((url) => () => fromList(url, serial, issuer)),
    ]) {
      const answer = await ask().catch(() => "unreachable" as const);
      if (answer !== "unreachable") return answer;
    }
    return "unreachable";
  };
}

function readPlaces(certificate: X509Certificate): { ocsp: readonly string[]; lists: readonly string[] } {
  const extensions = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.extensions ?? [];
  const value = (id: string): ArrayBuffer | undefined => extensions.find(({ extnID }) => extnID === id)?.extnValue.buffer;
  const http = (url: string | undefined): readonly string[] => (url && /^https?:\/\//.test(url) ? [url] : []);
  const info = value(oids.authorityInfo);
  const points = value(oids.distributionPoints);
  return {
    ocsp: info
      ? [...AsnConvert.parse(info, AuthorityInfoAccessSyntax)].flatMap(({ accessMethod, accessLocation }) =>
          accessMethod === oids.ocsp ? http(accessLocation.uniformResourceIdentifier) : [],
        )
      : [],
    lists: points
      ? [...AsnConvert.parse(points, CRLDistributionPoints)].flatMap(
          (point) => point.distributionPoint?.fullName?.flatMap(({ uniformResourceIdentifier }) => http(uniformResourceIdentifier)) ?? [],
        )
      : [],
  };
}

function isSigned(algorithm: string, signed: ArrayBuffer | Uint8Array, signature: ArrayBuffer, key: KeyObject): boolean {
  const hash = hashes[algorithm];
  return hash !== undefined && verify(hash, new Uint8Array(signed), key, new Uint8Array(signature));
}

/** A list signed by the issuer and in force, or nothing. */
async function readList(bytes: Uint8Array, issuer: X509Certificate, now: number): Promise<{ until: number; serials: ReadonlySet<string> } | undefined> {
  const der =
    bytes[0] === 0x30
      ? bytes
      : Buffer.from(
          Buffer.from(bytes)
            .toString("latin1")
            .replace(/-----[^-]+-----|\s/g, ""),
          "base64",
        );
  const list = AsnConvert.parse(der, CertificateList);
  const { tbsCertList } = list;
  const signed = list.tbsCertListRaw ?? AsnConvert.serialize(tbsCertList);
  if (!isSigned(list.signatureAlgorithm.algorithm, signed, list.signature, issuer.publicKey)) return undefined;
  const until = tbsCertList.nextUpdate?.getTime().getTime() ?? now;
  if (tbsCertList.thisUpdate.getTime().getTime() > now + skewMillis || until <= now) return undefined;
  return { until, serials: new Set((tbsCertList.revokedCertificates ?? []).map((entry) => hex(entry.userCertificate))) };
}

async function askResponder(
  url: string,
  certificate: X509Certificate,
  issuer: X509Certificate,
  fetchBytes: FetchBytes,
  now: number,
): Promise<RevocationAnswer> {
  const issuerParsed = AsnConvert.parse(issuer.raw, Certificate).tbsCertificate;
  const sha1 = (bytes: ArrayBuffer): OctetString => new OctetString(createHash("sha1").update(new Uint8Array(bytes)).digest());
  const reqCert = new CertID({
    // RFC 5019 §2.1.1: SHA-1 names the issuer here; nothing rests on its strength.
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: oids.sha1, parameters: null }),
    issuerNameHash: sha1(AsnConvert.serialize(issuerParsed.subject)),
    issuerKeyHash: sha1(issuerParsed.subjectPublicKeyInfo.subjectPublicKey),
    serialNumber: AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.serialNumber,
  });
  const request = AsnConvert.serialize(new OCSPRequest({ tbsRequest: new TBSRequest({ requestList: [new Request({ reqCert })] }) }));
  const answer = AsnConvert.parse(await fetchBytes(url, { body: new Uint8Array(request), type: "application/ocsp-request" }), OCSPResponse);
  if (answer.responseStatus !== OCSPResponseStatus.successful || !answer.responseBytes) return "unreachable";
  const basic = AsnConvert.parse(answer.responseBytes.response.buffer, BasicOCSPResponse);
  const signer = responderKey(basic, issuer, now);
  const signed = AsnConvert.serialize(basic.tbsResponseData);
  if (!signer || !isSigned(basic.signatureAlgorithm.algorithm, signed, basic.signature, signer)) return "unreachable";
  const serial = hex(reqCert.serialNumber);
  const single = basic.tbsResponseData.responses.find(
    (one) => hex(one.certID.serialNumber) === serial && same(one.certID.issuerKeyHash, reqCert.issuerKeyHash),
  );
  if (!single || (single.nextUpdate && single.nextUpdate.getTime() < now) || single.thisUpdate.getTime() > now + skewMillis) return "unreachable";
  if (single.certStatus.revoked) return "revoked";
  // RFC 6960 §2.2: `unknown` is not `good`; the list may know.
  return single.certStatus.good === undefined ? "unreachable" : "good";
}

/** The issuer itself, or a responder it delegated to (RFC 6960 §4.2.2.2). */
function responderKey(basic: BasicOCSPResponse, issuer: X509Certificate, now: number): KeyObject | undefined {
  const given = basic.certs?.[0];
  if (!given) return issuer.publicKey;
  const certificate = new X509Certificate(Buffer.from(AsnConvert.serialize(given)));
  if (certificate.raw.equals(issuer.raw)) return issuer.publicKey;
  const usages = certificate.keyUsage as readonly string[] | undefined;
  const inForce = certificate.validFromDate.getTime() <= now && certificate.validToDate.getTime() > now;
  const delegated = certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey) && usages?.includes(oids.ocspSigning) === true && inForce;
  return delegated ? createPublicKey(certificate.publicKey.export({ type: "spki", format: "pem" })) : undefined;
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(00)+(?=..)/, "");
}

function same(a: OctetString, b: OctetString): boolean {
  return Buffer.from(a.buffer).equals(Buffer.from(b.buffer));
}
