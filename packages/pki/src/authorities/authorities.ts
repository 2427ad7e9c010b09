// The authorities of the hierarchy with their keys: made at the first start of a sandbox, or by the key ceremony.
// Certificates are in the store, keys in the vault or the token; a root whose key was taken away still verifies.
import { randomBytes, X509Certificate } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate, type Name } from "@peculiar/asn1-x509";
import { authorityExtensions, buildCertificate } from "../encoding/certificate.ts";
import { buildName, printName } from "../encoding/names.ts";
import { pkiErrors } from "../errors.ts";
import { type AuthorityCode, authorityCodes, authorityName, fileName, isRoot, rootOf } from "./hierarchy.ts";
import { type KeyStore, keyIdentifier, type SigningKey } from "./keys.ts";

export type AuthorityRecord = {
  readonly code: AuthorityCode;
  /** `ACI-EL-ORG-TEST`. */
  readonly file: string;
  readonly x509: X509Certificate;
  readonly der: Uint8Array;
  readonly pem: string;
  readonly name: Name;
  readonly spki: Uint8Array;
  readonly keyId: Uint8Array;
  readonly serial: string;
  readonly notAfter: Temporal.Instant;
  /** Throws `pki.missing-key` when the key was taken away. */
  key(): SigningKey;
};

export type Authorities = {
  get(code: AuthorityCode): AuthorityRecord;
  readonly list: readonly AuthorityRecord[];
};

export type Naming = { readonly space: string; readonly test: boolean; readonly base: string };

const years = 20;

/** Opens the hierarchy; makes what is missing when `make` is set. All keys at once: the pool has as many hands as the machine. */
export async function openAuthorities({
  store,
  keys,
  real,
  naming,
  bits,
  make,
}: {
  store: Store;
  keys: KeyStore;
  real: Clock;
  naming: Naming;
  bits: number;
  make: boolean;
}): Promise<Authorities | undefined> {
  let rows = await readRows(store);
  if (rows.size < authorityCodes.length) {
    if (!make) return undefined;
    const missing = authorityCodes.filter((code) => !rows.has(code));
    const made = new Map(await Promise.all(authorityCodes.map(async (code) => [code, await keys.get(keyName(code), bits)] as const)));
    await store.transaction((tx) => makeMissing(tx, { missing, made, rows, real, naming }));
    rows = await readRows(store);
  }
  const list: AuthorityRecord[] = [];
  for (const code of authorityCodes) list.push(openRecord(code, rows.get(code) ?? "", await keys.find(keyName(code)), naming.test));
  const byCode = new Map(list.map((record) => [record.code, record]));
  return {
    list,
    get(code) {
      const found = byCode.get(code);
      if (!found) throw new TypeError(`no authority ${code}`);
      return found;
    },
  };
}

function keyName(code: AuthorityCode): string {
  return `authority-${code}`;
}

async function readRows(from: Queryable): Promise<Map<AuthorityCode, string>> {
  const rows = await from.query<{ code: AuthorityCode; pem: string }>("select code, pem from pki.authority");
  return new Map(rows.map((row) => [row.code, row.pem]));
}

async function makeMissing(
  tx: Tx,
  {
    missing,
    made,
    rows,
    real,
    naming,
  }: { missing: readonly AuthorityCode[]; made: Map<AuthorityCode, SigningKey>; rows: Map<AuthorityCode, string>; real: Clock; naming: Naming },
): Promise<void> {
  const known = new Map<AuthorityCode, AuthorityRecord>();
  for (const [code, pem] of rows) known.set(code, openRecord(code, pem, made.get(code), naming.test));
  // Roots stand before what they sign (`authorityCodes`).
  for (const code of missing) {
    const key = made.get(code);
    if (!key) throw new TypeError(`no key for ${code}`);
    const root = known.get(rootOf(code));
    const now = real.now().round({ smallestUnit: "second", roundingMode: "trunc" });
    const notBefore = now.subtract({ hours: 1 });
    const subject = buildName(authorityName(code, naming));
    const notAfter = now.add({ hours: 24 * 365.25 * years - (isRoot(code) ? 0 : 24) });
    const serial = makeSerial();
    const der = await buildCertificate({
      serial,
      subject,
      issuer: root ? { name: root.name, keyId: root.keyId, key: root.key() } : { name: subject, keyId: new Uint8Array(), key },
      notBefore,
      notAfter,
      spki: key.spki,
      extensions: authorityExtensions(
        root ? { spki: key.spki, issuerKeyId: root.keyId, addresses: { base: naming.base, issuerFile: root.file } } : { spki: key.spki },
      ),
    });
    const pem = toPem(der);
    known.set(code, openRecord(code, pem, key, naming.test));
    await tx.run("insert into pki.authority (code, pem, made_at) values ($1, $2, $3) on conflict do nothing", [code, pem, now]);
    await tx.run(
      `insert into pki.certificate (serial, profile, subject, not_before, not_after, pem, issued_at, issuer, holder)
       select $1, 'authority', $2, $3, $4, $5, $6, $7, $8 where exists (select 1 from pki.authority where code = $8 and pem = $5)`,
      [serial, printName(subject), notBefore, notAfter, pem, now, root?.code ?? code, code],
    );
  }
}

function openRecord(code: AuthorityCode, pem: string, key: SigningKey | undefined, test: boolean): AuthorityRecord {
  const x509 = new X509Certificate(pem);
  const parsed = AsnConvert.parse(x509.raw, Certificate);
  const spki = x509.publicKey.export({ type: "spki", format: "der" });
  // A key of the same name from another data folder must not sign in this authority's name.
  const ownKey = key && Buffer.compare(key.spki, spki) === 0 ? key : undefined;
  return {
    code,
    file: fileName(code, test),
    x509,
    der: x509.raw,
    pem,
    name: parsed.tbsCertificate.subject,
    spki,
    keyId: keyIdentifier(parsed.tbsCertificate.subjectPublicKeyInfo.subjectPublicKey),
    serial: x509.serialNumber.toLowerCase(),
    notAfter: Temporal.Instant.fromEpochMilliseconds(x509.validToDate.getTime()),
    key() {
      if (!ownKey) throw pkiErrors.refuse("pki.missing-key", { params: { authority: code } });
      return ownKey;
    },
  };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; 126 random bits, never a leading zero. */
export function makeSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString("hex");
}

export function toPem(der: Uint8Array, label = "CERTIFICATE"): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

export function fromPem(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
}
