// An OCSP request as a client writes it (RFC 6960 §4.1).
import { createHash, type X509Certificate } from "node:crypto";
import { CertID, OCSPRequest, Request, TBSRequest } from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate, Extension } from "@peculiar/asn1-x509";

const oids = { sha1: "1.3.14.3.2.26", sha256: "2.16.840.1.101.3.4.2.1" } as const;

export function askOcsp({
  issuer,
  serial,
  nonce,
  hash = "sha1",
}: {
  issuer: X509Certificate;
  serial: string;
  nonce?: Buffer;
  hash?: keyof typeof oids;
}): Uint8Array {
  const { tbsCertificate } = AsnConvert.parse(issuer.raw, Certificate);
  const digest = (data: ArrayBuffer): OctetString => new OctetString(new Uint8Array(createHash(hash).update(Buffer.from(data)).digest()));
  const reqCert = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: oids[hash], parameters: null }),
    issuerNameHash: digest(AsnConvert.serialize(tbsCertificate.subject)),
    issuerKeyHash: digest(tbsCertificate.subjectPublicKeyInfo.subjectPublicKey),
    serialNumber: new Uint8Array(Buffer.from(serial, "hex")).buffer,
  });
  const extension = nonce && new Extension({ extnID: "1.3.6.1.5.5.7.48.1.2", extnValue: new OctetString(new Uint8Array([4, nonce.length, ...nonce])) });
  const tbsRequest = new TBSRequest({
    requestList: [new Request({ reqCert })],
    ...(extension ? { requestExtensions: [extension] } : {}),
  } as Partial<TBSRequest>);
  return new Uint8Array(AsnConvert.serialize(new OCSPRequest({ tbsRequest })));
}
