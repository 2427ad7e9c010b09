// Timestamp authorities (RFC 3161). The space's own one answers in the process: it proves against everybody but whoever holds
// this machine. An outside one, by setting, proves against the operator too.
import "reflect-metadata";
import { createHash, createPrivateKey, generateKeyPair, type KeyObject, randomBytes, sign, webcrypto } from "node:crypto";
import { promisify } from "node:util";
import type { Clock } from "@cercle/kernel";
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  id_signedData,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from "@peculiar/asn1-cms";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { Accuracy, id_ct_tstInfo, PKIStatus, PKIStatusInfo, TimeStampReq, TimeStampResp, TimeStampToken, TSTInfo, TSTInfoVersion } from "@peculiar/asn1-tsp";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import * as x509 from "@peculiar/x509";
import { derTag, encodeDer, ownBuffer, sortSet } from "./der.ts";
import type { Keys } from "./ports.ts";
import { oids } from "./timestamp.ts";

export type TimestampAuthority = {
  readonly name: string;
  /** DER of TimeStampReq in, DER of TimeStampResp out. Throws when it cannot be reached. */
  stamp(request: Uint8Array): Promise<Uint8Array>;
};

export type OwnAuthority = TimestampAuthority & {
  /** The anchor of its certificate, PEM. */
  readonly anchor: string;
};

/** The policy under which the sandbox's authority stamps: ours, and no more than that (RFC 3161 §2.4.2 `policy`). */
const policy = "2.25.20261121";
const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const makeKeyPair = promisify(generateKeyPair);

/** Opens the space's own authority; makes its keys and certificates the first time. */
export async function openOwnAuthority({ keys, real, name }: { keys: Keys; real: Clock; name: string }): Promise<OwnAuthority> {
  x509.cryptoProvider.set(webcrypto);
  const secret = async (what: string, make: () => Promise<string>): Promise<string> =>
    Buffer.from(await keys.secret(`timestamp-${what}`, async () => Buffer.from(await make()))).toString("utf8");
  const makeKey = async (): Promise<string> =>
    (await makeKeyPair("rsa", { modulusLength: 3072 })).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const rootKey = await secret("root-key", makeKey);
  const key = await secret("key", makeKey);
  const anchor = await secret("root-certificate", () => certify({ subject: `CN=${name} — horodatage, O=${name}`, subjectKey: rootKey, real }));
  const certificate = await secret("certificate", () =>
    certify({ subject: `CN=${name} — horodatage 1, O=${name}`, subjectKey: key, issuer: { certificate: anchor, key: rootKey }, real }),
  );
  const signer = { key: createPrivateKey(key), certificate: Buffer.from(new x509.X509Certificate(certificate).rawData) };
  return { name: `own: ${name}`, anchor, stamp: async (request) => stampRequest(request, signer, real) };
}

/** RFC 3161 §2.4: signs what is asked, or says in the reply why not. */
function stampRequest(request: Uint8Array, signer: { key: KeyObject; certificate: Buffer }, real: Clock): Uint8Array {
  let asked: TimeStampReq;
  try {
    asked = AsnConvert.parse(ownBuffer(request), TimeStampReq);
  } catch {
    return refuse();
  }
  const imprint = asked.messageImprint;
  if (imprint.hashAlgorithm.algorithm !== oids.sha256 || imprint.hashedMessage.byteLength !== 32) return refuse();
  const info = new TSTInfo({
    version: TSTInfoVersion.v1,
    policy,
    messageImprint: imprint,
    serialNumber: ownBuffer(positive(16)),
    genTime: new Date(real.now().epochMilliseconds),
    accuracy: new Accuracy({ seconds: 1 }),
    ordering: false,
    ...(asked.nonce ? { nonce: asked.nonce } : {}),
  });
  const token = signInfo(Buffer.from(AsnConvert.serialize(info)), signer);
  const reply = new TimeStampResp({
    status: new PKIStatusInfo({ status: PKIStatus.granted }),
    timeStampToken: new TimeStampToken({ contentType: id_signedData, content: AsnConvert.serialize(token) }),
  });
  return Buffer.from(AsnConvert.serialize(reply));
}

function refuse(): Uint8Array {
  return Buffer.from(AsnConvert.serialize(new TimeStampResp({ status: new PKIStatusInfo({ status: PKIStatus.rejection }) })));
}

function signInfo(info: Buffer, signer: { key: KeyObject; certificate: Buffer }): SignedData {
  const certificate = AsnConvert.parse(ownBuffer(signer.certificate), Certificate);
  const digest = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
  const octets = (bytes: Uint8Array): Buffer => encodeDer(derTag.octetString, bytes);
  // RFC 5035 §3: ESSCertIDv2 with the default algorithm, SHA-256; RFC 5816 puts it into timestamps.
  const certificateId = encodeDer(derTag.sequence, encodeDer(derTag.sequence, encodeDer(derTag.sequence, octets(digest(signer.certificate)))));
  const attributes = [
    new Attribute({ attrType: oids.contentType, attrValues: [ownBuffer(encodeObjectId(id_ct_tstInfo))] }),
    new Attribute({ attrType: oids.messageDigest, attrValues: [ownBuffer(octets(digest(info)))] }),
    new Attribute({ attrType: oids.signingCertificateV2, attrValues: [ownBuffer(certificateId)] }),
  ].map((attribute) => ({ attribute, der: Buffer.from(AsnConvert.serialize(attribute)) }));
  const sorted = sortSet(attributes.map(({ der }) => der));
  const inOrder = sorted.flatMap((der) => attributes.filter((known) => known.der.equals(der)).map((known) => known.attribute));
  const sha256 = (): AlgorithmIdentifier => new AlgorithmIdentifier({ algorithm: oids.sha256, parameters: null });
  return new SignedData({
    version: CMSVersion.v3,
    digestAlgorithms: new DigestAlgorithmIdentifiers([sha256()]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_ct_tstInfo,
      eContent: new EncapsulatedContent({ single: new OctetString(ownBuffer(info)) }),
    }),
    certificates: new CertificateSet([new CertificateChoices({ certificate })]),
    signerInfos: new SignerInfos([
      new SignerInfo({
        version: CMSVersion.v1,
        sid: new SignerIdentifier({
          issuerAndSerialNumber: new IssuerAndSerialNumber({
            issuer: certificate.tbsCertificate.issuer,
            serialNumber: certificate.tbsCertificate.serialNumber,
          }),
        }),
        digestAlgorithm: sha256(),
        signedAttrs: inOrder,
        signatureAlgorithm: new AlgorithmIdentifier({ algorithm: oids.rsaWithSha256, parameters: null }),
        signature: new OctetString(ownBuffer(sign("sha256", encodeDer(derTag.set, ...sorted), signer.key))),
      }),
    ]),
  });
}

/** DER of an object identifier, through a structure that holds one. */
function encodeObjectId(oid: string): Buffer {
  const algorithm = Buffer.from(AsnConvert.serialize(new AlgorithmIdentifier({ algorithm: oid })));
  return algorithm.subarray(2);
}

function positive(length: number): Buffer {
  const bytes = randomBytes(length);
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes;
}

async function certify({
  subject,
  subjectKey,
  issuer,
  real,
}: {
  subject: string;
  subjectKey: string;
  issuer?: { certificate: string; key: string };
  real: Clock;
}): Promise<string> {
  const own = await importKeys(subjectKey);
  const parent = issuer ? new x509.X509Certificate(issuer.certificate) : undefined;
  const signingKey = issuer ? (await importKeys(issuer.key)).privateKey : own.privateKey;
  const now = real.now();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: positive(16).toString("hex"),
    subject,
    issuer: parent?.subject ?? subject,
    notBefore: new Date(now.subtract({ minutes: 5 }).epochMilliseconds),
    notAfter: new Date(now.add({ hours: 24 * 3650 }).epochMilliseconds),
    signingAlgorithm: rsa,
    publicKey: own.publicKey,
    signingKey,
    extensions: parent
      ? [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          // RFC 3161 §2.3: this purpose alone, critical.
          new x509.ExtendedKeyUsageExtension([oids.timeStamping], true),
          await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
          await x509.AuthorityKeyIdentifierExtension.create(parent),
        ]
      : [
          new x509.BasicConstraintsExtension(true, 0, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
          await x509.SubjectKeyIdentifierExtension.create(own.publicKey),
        ],
  });
  return certificate.toString("pem");
}

async function importKeys(pem: string): Promise<{ privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, rsa, true, ["sign"]);
  const { n, e } = await webcrypto.subtle.exportKey("jwk", privateKey);
  return { privateKey, publicKey: await webcrypto.subtle.importKey("jwk", { kty: "RSA", n, e } as webcrypto.JsonWebKey, rsa, true, ["verify"]) };
}

const largestReply = 100_000;

/** An authority outside, over HTTP (RFC 3161 §3.4). */
export function createOutsideAuthority({ url, timeoutMillis = 10_000 }: { url: string; timeoutMillis?: number }): TimestampAuthority {
  return {
    name: new URL(url).host,
    async stamp(request) {
      const reply = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
        body: new Uint8Array(request),
        signal: AbortSignal.timeout(timeoutMillis),
        redirect: "error",
      });
      if (!reply.ok) throw new Error(`the timestamp authority answered ${reply.status}`);
      const body = new Uint8Array(await reply.arrayBuffer());
      if (body.length > largestReply) throw new Error("the timestamp authority answered too much");
      return body;
    },
  };
}
