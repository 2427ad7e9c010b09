// The authority of a space as rooms see it. The first ports were frozen with the house; the hierarchy stands behind them.
import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import type { Clock, Temporal } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { encodeEntry } from "../encoding/crl.ts";
import { buildName, cut } from "../encoding/names.ts";
import { oid } from "../encoding/oids.ts";
import { pkiErrors } from "../errors.ts";
import { certificateRevoked } from "../events.ts";
import { type CardCertificates, type CardRequest, issueCardCertificates } from "../issuing/cards.ts";
import { createIssuer, type IssueFacts, type Issuer } from "../issuing/issue.ts";
import { type ProfileName, profiles } from "../issuing/profiles.ts";
import { codeOf } from "../issuing/reasons.ts";
import { clientPurpose, createVerifier, mailPurpose, type RefusalReason } from "../issuing/verify.ts";
import type { Trace } from "../ports.ts";
import { createLists, type Lists } from "../serving/lists.ts";
import { createResponder, type Responder } from "../serving/responder.ts";
import { type Authorities, openAuthorities, toPem } from "./authorities.ts";
import type { IssuingCode } from "./hierarchy.ts";
import { createVaultKeys, type KeyStore, makePrivateKey, openKey } from "./keys.ts";
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

export type ClientVerdict =
  | { readonly ok: true; readonly kind: "card-authentication"; readonly nationalId: string; readonly serial: string }
  | { readonly ok: true; readonly kind: "organisation"; readonly subject: string; readonly serial: string }
  | { readonly ok: false; readonly reason: RefusalReason };
export type MailVerdict =
  | { readonly ok: true; readonly hosts: readonly string[]; readonly serial: string }
  | { readonly ok: false; readonly reason: RefusalReason };

export type Authority = {
  /** A server certificate for these names and addresses; kept and given again until a third of its life is left. */
  issueServer(tx: Tx, server: { hosts: readonly string[] }): Promise<IssuedCertificate>;
  /** A client certificate; `commonName` and organisation become its subject. */
  issueClient(tx: Tx, client: { commonName: string; organization?: string }): Promise<IssuedCertificate>;
  /** A server certificate dedicated to messaging (MSS 4.1), for the hosts of an operator's domain. */
  issueMailServer(tx: Tx, server: { domain: string; hosts: readonly string[]; organization?: string }): Promise<IssuedCertificate>;
  /** The same for a key that somebody else made and keeps: SPKI, DER. */
  certifyMailServer(
    tx: Tx,
    server: { domain: string; hosts: readonly string[]; organization: string; publicKey: Uint8Array },
  ): Promise<Omit<IssuedCertificate, "key">>;
  /** Serials of a domain's certificates for messaging that are not revoked. */
  listMailServers(tx: Tx, domain: string): Promise<readonly string[]>;
  /** Both certificates of a card, for keys made in it. Throws `pki.invalid-key`, `pki.invalid-name`. */
  issueCardCertificates(tx: Tx, request: CardRequest): Promise<CardCertificates>;
  /**
   * Trust anchors, PEM, one after the other; the issuing authorities stand among them, so that a lone certificate verifies
   * and a server that asks for client certificates names who issues them. May gain one, never lose one.
   */
  anchors(): string;
  signer(tx: Tx, purpose: SignerPurpose): Promise<Signer>;
  /** `reason` as in RFC 5280 §5.3.1 (`keyCompromise`…); anything else is recorded and published as unspecified. */
  revoke(tx: Tx, serial: string, reason: string): Promise<void>;
  /** Every certificate in force of one holder (`mail alpha.mssante.test`); answers how many. MSS 12.3. */
  revokeHolder(tx: Tx, holder: string, reason: string): Promise<number>;
  isRevoked(serial: string): Promise<boolean>;
  /** Whether a certificate opens a session as a client: chain, dates, revocation, purpose. */
  verifyClientCertificate(der: Uint8Array): Promise<ClientVerdict>;
  /** Whether a certificate is one dedicated to messaging, in force. */
  verifyMailCertificate(der: Uint8Array): Promise<MailVerdict>;
  /** What the room's own routes use. */
  readonly inside: { readonly authorities: Authorities; readonly issuer: Issuer; readonly lists: Lists; readonly responder: Responder; readonly test: boolean };
};

export type AuthorityOptions = {
  readonly vault: Vault;
  readonly store: Store;
  readonly real: Clock;
  /** The space's, from its folder. */
  readonly name: string;
  readonly mode?: "sandbox" | "live";
  /** Where lists, certificates and answers are fetched: `http://localhost:8085`. */
  readonly base?: string;
  readonly trace?: Trace;
  /** Of the authorities; the vault when absent. */
  readonly keys?: KeyStore;
  /** False: the hierarchy comes from a ceremony only; `pki.no-ceremony` while there is none. */
  readonly make?: boolean;
};

const sandboxBits = 2048;
const liveBits = 4096;

/** Opens the authority of a space; makes its hierarchy the first time. */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { vault, store, real, name, mode = "sandbox", base = "http://localhost:8085", trace = async () => undefined } = options;
  const test = mode === "sandbox";
  const keys = options.keys ?? createVaultKeys(vault);
  const naming = { space: name, test, base };
  const authorities = await openAuthorities({ store, keys, real, naming, bits: test ? sandboxBits : liveBits, make: options.make ?? true });
  if (!authorities) throw pkiErrors.refuse("pki.no-ceremony");
  const issuer = createIssuer({ authorities, real, base, trace });
  const verify = createVerifier({ authorities, store, real });
  // The root of spaces made before the hierarchy; an anchor is never lost.
  const firstRoot = Buffer.from((await vault.find("root-certificate")) ?? []).toString("utf8");
  const anchors = [...authorities.list.map((authority) => authority.pem), firstRoot].join("");
  const software = { supportType: test ? 0x83 : 0x03 };
  const chainOf = (code: IssuingCode): string => authorities.get(code).pem;

  type Wanted = Omit<IssueFacts, "spki" | "issuer"> & { profile: Exclude<ProfileName, "card-authentication" | "card-signature" | "ocsp-responder"> };
  const issueWith = async (tx: Tx, wanted: Wanted, pkcs8: Uint8Array): Promise<IssuedCertificate> => {
    const code = profiles[wanted.profile].issuer;
    const issued = await issuer.issue(tx, { ...wanted, issuer: code, spki: openKey(pkcs8).spki });
    return { serial: issued.serial, certificate: issued.pem + chainOf(code), key: toPem(pkcs8, "PRIVATE KEY"), notAfter: issued.notAfter };
  };

  /** A certificate that belongs to a name of ours: its key stays in the vault, and it is renewed at two thirds of its life. */
  const keep = async (tx: Tx, wanted: Wanted): Promise<IssuedCertificate> => {
    const vaultName = `${wanted.profile}-${createHash("sha256").update(wanted.holder).digest("hex").slice(0, 32)}`;
    const pkcs8 = await vault.secret(vaultName, () => makePrivateKey(2048));
    const current = await tx.first<{ serial: string; pem: string; not_after: Temporal.Instant }>(
      `select serial, pem, not_after from pki.certificate
        where profile = $1 and holder = $2 and revoked_at is null and not_after > $3 order by not_after desc limit 1`,
      [wanted.profile, wanted.holder, real.now().add({ hours: (24 * profiles[wanted.profile].days) / 3 })],
    );
    if (!current) return issueWith(tx, wanted, pkcs8);
    const certificate = current.pem + chainOf(profiles[wanted.profile].issuer);
    return { serial: current.serial, certificate, key: toPem(pkcs8, "PRIVATE KEY"), notAfter: current.not_after };
  };

  const organisation = (o: string, cn: string) => buildName([{ [oid.country]: "FR" }, { [oid.organization]: cut(o, 64) }, { [oid.commonName]: cn }]);
  const hostNames = (hosts: readonly string[]) => hosts.map((host) => ({ type: isAddress(host) ? "ip" : "dns", value: host }) as const);

  const mailServer = ({ domain, hosts, organization }: { domain: string; hosts: readonly string[]; organization: string }) => ({
    profile: "mail-server" as const,
    holder: `mail ${domain}`,
    subject: organisation(organization, cut(domain, 64)),
    altNames: hostNames([...new Set([domain, ...hosts])]),
    values: software,
  });

  const lists = await createLists({ store, authorities, real });
  const responder = createResponder({ store, authorities, keys, issuer, real });

  const revoke: Authority["revoke"] = async (tx, serial, reason) => {
    const now = real.now();
    const row = await tx.first<{ issuer: string; profile: string; not_after: Temporal.Instant }>(
      "update pki.certificate set revoked_at = $2, reason = $3 where serial = $1 and revoked_at is null returning issuer, profile, not_after",
      [serial, now, reason],
    );
    if (!row) {
      if (await tx.first("select serial from pki.certificate where serial = $1", [serial])) return;
      throw pkiErrors.refuse("pki.unknown-certificate", { params: { serial } });
    }
    const entry = encodeEntry({ serial, at: Math.floor(now.epochMilliseconds / 1000), reason: codeOf(reason) });
    await tx.run("insert into pki.revocation (serial, issuer, not_after, entry) values ($1, $2, $3, $4)", [serial, row.issuer, row.not_after, entry]);
    await tx.run("update pki.list set stale = true where issuer = $1", [row.issuer]);
    await tx.run("delete from pki.ocsp_answer where serial = $1", [serial]);
    await trace(tx, { type: "certificate-revoked", subject: serial, payload: { reason, issuer: row.issuer, profile: row.profile } });
    store.emit(tx, { kind: certificateRevoked, subject: serial, payload: { serial, issuer: row.issuer, reason } });
  };

  return {
    anchors: () => anchors,
    issueServer(tx, { hosts }) {
      const sorted = [...new Set(hosts)].sort();
      const first = sorted.find((host) => !isAddress(host)) ?? sorted[0] ?? "localhost";
      return keep(tx, {
        profile: "serv-ssl",
        holder: `server ${sorted.join(" ")}`,
        subject: organisation(name, cut(first, 64)),
        altNames: hostNames(sorted),
        values: software,
      });
    },
    async issueClient(tx, { commonName, organization = name }) {
      const subject = organisation(organization, commonName);
      return issueWith(tx, { profile: "org-auth-cli", holder: `client ${commonName}`, subject, values: software }, await makePrivateKey(2048));
    },
    issueMailServer: async (tx, { organization = name, ...server }) => issueWith(tx, mailServer({ organization, ...server }), await makePrivateKey(2048)),
    async certifyMailServer(tx, { publicKey: spki, ...server }) {
      const code = profiles["mail-server"].issuer;
      const { pem, serial, notAfter } = await issuer.issue(tx, { ...mailServer(server), issuer: code, spki });
      return { certificate: pem + chainOf(code), serial, notAfter };
    },
    async listMailServers(tx, domain) {
      const rows = await tx.query<{ serial: string }>("select serial from pki.certificate where holder = $1 and revoked_at is null order by serial", [
        `mail ${domain}`,
      ]);
      return rows.map(({ serial }) => serial);
    },
    issueCardCertificates: (tx, request) => issueCardCertificates(tx, request, { issuer, test }),
    async signer(tx, purpose) {
      const issued = await keep(tx, {
        profile: "signer",
        holder: `signer ${purpose}`,
        subject: organisation(name, `${cut(name, 40)} ${purpose}`),
        values: software,
      });
      return { key: createPrivateKey(issued.key), certificate: issued.certificate };
    },
    revoke,
    async revokeHolder(tx, holder, reason) {
      const rows = await tx.query<{ serial: string }>("select serial from pki.certificate where holder = $1 and revoked_at is null order by serial", [holder]);
      for (const row of rows) await revoke(tx, row.serial, reason);
      return rows.length;
    },
    async isRevoked(serial) {
      const row = await store.first<{ revoked_at: unknown }>("select revoked_at from pki.certificate where serial = $1", [serial]);
      return row !== undefined && row.revoked_at !== null;
    },
    async verifyClientCertificate(der) {
      const verdict = await verify(der, clientPurpose);
      if (!verdict.ok) return verdict;
      const { serial } = verdict;
      return verdict.profile === "card-authentication"
        ? { ok: true, kind: "card-authentication", nationalId: verdict.commonName, serial }
        : { ok: true, kind: "organisation", subject: verdict.subject, serial };
    },
    async verifyMailCertificate(der) {
      const verdict = await verify(der, mailPurpose);
      return verdict.ok ? { ok: true, hosts: verdict.names, serial: verdict.serial } : verdict;
    },
    inside: { authorities, issuer, lists, responder, test },
  };
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}
