// The sandbox's one root, and what it issues. The ports are frozen here (docs/pki.md); the hierarchy behind them may grow.
import "reflect-metadata";
import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes, webcrypto } from "node:crypto";
import { promisify } from "node:util";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import * as x509 from "@peculiar/x509";
import { pkiErrors } from "./errors.ts";
import type { Vault } from "./vault.ts";

export type IssuedCertificate = {
  /** Lower-case hexadecimal. */
  readonly serial: string;
  /** The certificate and its chain without the root, PEM. */
  readonly certificate: string;
  /** Private key, PKCS#8 PEM. */
  readonly key: string;
  readonly notAfter: Temporal.Instant;
};

export type Signer = { readonly key: KeyObject; readonly certificate: string };
/** What a signer is for; each has a key and a certificate of its own. */
export type SignerPurpose = "whitelist" | "evidence" | "documents" | "packages" | "logos";

export type Authority = {
  /** A server certificate for these names and addresses; kept and given again until a third of its life is left. */
  issueServer(tx: Tx, server: { hosts: readonly string[] }): Promise<IssuedCertificate>;
  /** A client certificate; `commonName` and organisation become its subject. */
  issueClient(tx: Tx, client: { commonName: string; organization?: string }): Promise<IssuedCertificate>;
  /** Trust anchors, PEM, one after the other. May gain one, never lose one. */
  anchors(): string;
  signer(tx: Tx, purpose: SignerPurpose): Promise<Signer>;
  revoke(tx: Tx, serial: string, reason: string): Promise<void>;
  isRevoked(serial: string): Promise<boolean>;
};

type Extensions = readonly x509.Extension[];
type Ca = { certificate: x509.X509Certificate; key: webcrypto.CryptoKey };

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" } as const;
const makeKeyPair = promisify(generateKeyPair);
x509.cryptoProvider.set(webcrypto);

async function makeKey(): Promise<string> {
  const { privateKey } = await makeKeyPair("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

async function importKeys(pem: string): Promise<{ privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey }> {
  const key = createPrivateKey(pem);
  const der = key.export({ type: "pkcs8", format: "der" });
  const privateKey = await webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
  const jwk = await webcrypto.subtle.exportKey("jwk", privateKey);
  const publicKey = await webcrypto.subtle.importKey("jwk", { kty: "RSA", n: jwk.n, e: jwk.e } as webcrypto.JsonWebKey, algorithm, true, ["verify"]);
  return { privateKey, publicKey };
}

/** Opens the authority of a space; makes its root the first time. `name` is the space's, from its folder. */
export async function openAuthority({ vault, store, real, name }: { vault: Vault; store: Store; real: Clock; name: string }): Promise<Authority> {
  const root = await openRoot(vault, real, name);
  const anchors = root.certificate.toString("pem");

  const issue = async (
    tx: Tx,
    { profile, subject, days, keyPem, extensions }: { profile: string; subject: string; days: number; keyPem: string; extensions: Extensions },
  ): Promise<IssuedCertificate> => {
    const keys = await importKeys(keyPem);
    const serial = makeSerial();
    const now = real.now();
    const notBefore = now.subtract({ minutes: 5 });
    const notAfter = now.add({ hours: 24 * days });
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial,
      subject,
      issuer: root.certificate.subject,
      notBefore: new Date(notBefore.epochMilliseconds),
      notAfter: new Date(notAfter.epochMilliseconds),
      signingAlgorithm: algorithm,
      publicKey: keys.publicKey,
      signingKey: root.key,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(root.certificate),
        ...extensions,
      ],
    });
    const pem = certificate.toString("pem");
    await tx.run("insert into pki.certificate (serial, profile, subject, not_before, not_after, pem, issued_at) values ($1, $2, $3, $4, $5, $6, $7)", [
      serial,
      profile,
      subject,
      notBefore,
      notAfter,
      pem,
      now,
    ]);
    return { serial, certificate: pem, key: keyPem, notAfter };
  };

  /** A certificate that belongs to a name of ours: its key stays in the vault, and it is renewed at two thirds of its life. */
  const keep = async (
    tx: Tx,
    kept: { vaultName: string; profile: string; subject: string; days: number; extensions: Extensions },
  ): Promise<IssuedCertificate> => {
    const keyPem = Buffer.from(await vault.secret(kept.vaultName, async () => Buffer.from(await makeKey()))).toString("utf8");
    const current = await tx.first<{ serial: string; pem: string; not_after: Temporal.Instant }>(
      "select serial, pem, not_after from pki.certificate where profile = $1 and subject = $2 and revoked_at is null and not_after > $3 order by not_after desc limit 1",
      [kept.profile, kept.subject, real.now().add({ hours: (24 * kept.days) / 3 })],
    );
    if (current) return { serial: current.serial, certificate: current.pem, key: keyPem, notAfter: current.not_after };
    return issue(tx, { ...kept, keyPem });
  };

  return {
    anchors: () => anchors,
    issueServer(tx, { hosts }) {
      const sorted = [...new Set(hosts)].sort();
      const id = Buffer.from(sorted.join(",")).toString("hex").slice(0, 60);
      return keep(tx, {
        vaultName: `server-${id}`,
        profile: "server",
        subject: `CN=${sorted[0] ?? "localhost"}, OU=${sorted.join("+").replace(/[^\w.+:-]/g, "")}, O=${name}`,
        days: 397,
        extensions: [
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
          new x509.SubjectAlternativeNameExtension(sorted.map((host) => ({ type: isAddress(host) ? "ip" : "dns", value: host }))),
        ],
      });
    },
    async issueClient(tx, { commonName, organization = name }) {
      return issue(tx, {
        profile: "client",
        subject: new x509.Name([{ CN: [commonName] }, { O: [organization] }, { C: ["FR"] }]).toString(),
        days: 365,
        keyPem: await makeKey(),
        extensions: [
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        ],
      });
    },
    async signer(tx, purpose) {
      const issued = await keep(tx, {
        vaultName: `signer-${purpose}`,
        profile: `signer-${purpose}`,
        subject: `CN=${name} ${purpose}, O=${name}`,
        days: 730,
        extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true)],
      });
      return { key: createPrivateKey(issued.key), certificate: issued.certificate };
    },
    async revoke(tx, serial, reason) {
      const found = await tx.run("update pki.certificate set revoked_at = coalesce(revoked_at, $2), reason = coalesce(reason, $3) where serial = $1", [
        serial,
        real.now(),
        reason,
      ]);
      if (found !== 1) throw pkiErrors.refuse("pki.unknown-certificate", { params: { serial } });
    },
    async isRevoked(serial) {
      const row = await store.first<{ revoked_at: unknown }>("select revoked_at from pki.certificate where serial = $1", [serial]);
      return row !== undefined && row.revoked_at !== null;
    },
  };
}

async function openRoot(vault: Vault, real: Clock, name: string): Promise<Ca> {
  const keyPem = Buffer.from(await vault.secret("root-key", async () => Buffer.from(await makeKey()))).toString("utf8");
  const keys = await importKeys(keyPem);
  const pem = await vault.secret("root-certificate", async () => {
    const now = real.now();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: makeSerial(),
      name: `CN=${name} — autorité du bac à sable, O=${name}`,
      notBefore: new Date(now.subtract({ hours: 1 }).epochMilliseconds),
      notAfter: new Date(now.add({ hours: 24 * 3650 }).epochMilliseconds),
      signingAlgorithm: algorithm,
      keys: keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ],
    });
    return Buffer.from(certificate.toString("pem"));
  });
  return { certificate: new x509.X509Certificate(Buffer.from(pem).toString("utf8")), key: keys.privateKey };
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets; 128 random bits. */
function makeSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
