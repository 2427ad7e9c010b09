// The PKCS#15 file system of a CPS3, built from its facts and certificates (ISO 7816-15; layout of reference §2.3).
// 7001 and A001 exist on the real card; the other file identifiers are ours.
import { buildDataObjects, type CardFacts, issuer } from "./card-data.ts";
import { type CardFile, type DedicatedFile, file, iasAid, masterAid, packDigits } from "./file-system.ts";
import { bitString, bytes, hex, integer, objectId, octets, sequence, tlv, utf8, utf8String } from "./tlv.ts";
import { versionProfiles } from "./versions.ts";

export const keyReferences = { signature: 0x01, authentication: 0x02 } as const;
export type KeyName = keyof typeof keyReferences;

/** Without an authentication certificate neither it nor its key is listed: nothing on the computer finds them. */
export type CardCertificates = { readonly authentication?: Uint8Array | undefined; readonly signature: Uint8Array };

const application = hex("3F000001");
const pinId = Uint8Array.of(0x01);
const pukId = Uint8Array.of(0x02);
const pathOf = (fid: number): Uint8Array => bytes(application, [fid >> 8, fid & 0xff]);
const path = (fid: number): Uint8Array => sequence(octets(pathOf(fid)));

/** The identifier that joins a key and its certificate: the application's AID and the reference. */
export function objectIdentifier(key: KeyName): Uint8Array {
  return bytes(iasAid, [keyReferences[key]]);
}

const certificateFile = { signature: 0xa001, authentication: 0xa002 } as const;
const labels = {
  key: { signature: "CPS_PRIV_SIG", authentication: "CPS_PRIV_AUT" },
  certificate: { signature: "Certificat de Signature CPS", authentication: "Certificat d'Authentification CPS" },
} as const;

// CommonObjectFlags: private 0, modifiable 1.
const common = (label: string, facts: { isPrivate?: boolean; modifiable?: boolean } = {}): Uint8Array =>
  sequence(utf8String(label), bitString([...(facts.isPrivate ? [0] : []), ...(facts.modifiable ? [1] : [])]), ...(facts.isPrivate ? [octets(pinId)] : []));

// KeyUsageFlags: encrypt 0, decrypt 1, sign 2, signRecover 3, unwrap 5, nonRepudiation 9.
const usage = { signature: [9], authentication: [1, 2] } as const;

function buildPrivateKeys(listed: readonly KeyName[], keyAlgorithm: number): Uint8Array {
  const entry = (key: KeyName): Uint8Array =>
    sequence(
      common(labels.key[key], { isPrivate: true }),
      sequence(
        octets(objectIdentifier(key)),
        bitString(usage[key]),
        // KeyAccessFlags: sensitive, alwaysSensitive, neverExtractable, local.
        bitString([0, 2, 3, 4]),
        integer(0x80 | keyReferences[key]),
        tlv(0xa1, integer(keyAlgorithm)),
      ),
      tlv(0xa1, sequence(sequence(octets(application)), integer(2048))),
    );
  return bytes(...listed.map(entry));
}

function buildCertificates(listed: readonly KeyName[]): Uint8Array {
  const entry = (key: KeyName): Uint8Array =>
    sequence(common(labels.certificate[key]), sequence(octets(objectIdentifier(key))), tlv(0xa1, sequence(path(certificateFile[key]))));
  return bytes(...listed.map(entry));
}

// PinFlags: local 1, initialized 4, unblockingPin 6.
function buildPins(): Uint8Array {
  const entry = (label: string, id: Uint8Array, unblockedBy: Uint8Array | undefined, flags: readonly number[], length: number, reference: number): Uint8Array =>
    sequence(
      sequence(utf8String(label), bitString([0, 1]), ...(unblockedBy ? [octets(unblockedBy)] : [])),
      sequence(octets(id)),
      tlv(
        0xa1,
        sequence(
          bitString(flags),
          tlv(0x0a, [0x01]),
          integer(length),
          integer(length),
          integer(length),
          integer(reference, 0x80),
          sequence(octets(application)),
        ),
      ),
    );
  return bytes(entry("Code porteur", pinId, pukId, [1, 4], 4, 1), entry("Code de deblocage", pukId, undefined, [1, 4, 6], 8, 2));
}

/** The whole tree of a card. */
export function buildFileSystem({ facts, certificates }: { facts: CardFacts; certificates: CardCertificates }): DedicatedFile {
  const profile = versionProfiles[facts.version];
  const listed: readonly KeyName[] = certificates.authentication ? ["signature", "authentication"] : ["signature"];
  const objects = buildDataObjects(facts, profile.free, profile.protected);
  const serial = bytes(packDigits(issuer), packDigits(facts.number));
  const data = objects.map((object, i) => ({ ...object, fid: 0xd001 + i }));
  const directory = data.map((object) =>
    sequence(
      common(object.label, { isPrivate: object.read === "pin", modifiable: object.update === "pin" }),
      sequence(utf8String("CPS")),
      tlv(0xa1, sequence(octets(pathOf(object.fid)))),
    ),
  );
  const algorithms = profile.algorithms.map((algorithm) =>
    sequence(
      integer(algorithm.reference),
      integer(algorithm.mechanism),
      tlv(0x05),
      bitString(algorithm.operations),
      objectId(algorithm.oid),
      integer(algorithm.cardReference),
    ),
  );
  const tokenInfo = sequence(
    integer(0),
    octets(serial),
    utf8String(profile.manufacturer),
    tlv(0x80, utf8(`${facts.version}-${facts.number}`)),
    // TokenFlags: readonly 0, loginRequired 1.
    bitString([0, 1]),
    tlv(0xa2, ...algorithms),
  );
  const ias: DedicatedFile = {
    kind: "folder",
    fid: 0x0001,
    aid: iasAid,
    files: [
      file(0x5031, bytes(tlv(0xa0, path(0x7001)), tlv(0xa4, path(0x7004)), tlv(0xa7, path(0x7006)), tlv(0xa8, path(0x7000)))),
      file(0x5032, tokenInfo),
      file(0x7000, buildPins()),
      file(0x7001, buildPrivateKeys(listed, profile.keyAlgorithm)),
      file(0x7004, buildCertificates(listed)),
      file(0x7006, bytes(...directory)),
      file(certificateFile.signature, certificates.signature),
      ...(certificates.authentication ? [file(certificateFile.authentication, certificates.authentication)] : []),
      ...data.map((object): CardFile => file(object.fid, object.content, { read: object.read, update: object.update })),
    ],
  };
  return {
    kind: "folder",
    fid: 0x3f00,
    aid: masterAid,
    files: [
      file(0x2f00, tlv(0x61, tlv(0x4f, iasAid), tlv(0x50, utf8("CPS IAS")), tlv(0x51, application))),
      // Bytes of a real CPS, the first one (80) included.
      file(0x2f01, hex("80 4301B8 460404B0ECC1 4703940180 4F088025000001FF0100 E010 02020104 02020104 02020100 02020100 7808 06062B8122F87802 82029000")),
      file(0xd003, tlv(0x5a, serial), { sfi: 0x1c }),
      ias,
    ],
  };
}
