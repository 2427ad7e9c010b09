// The OCSP responder: one delegated key and certificate per authority, answers signed ahead when no nonce is asked.
import { createHash } from "node:crypto";
import { type Clock, Temporal } from "@cercle/kernel";
import type { Queryable, Store } from "@cercle/store";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, SubjectPublicKeyInfo } from "@peculiar/asn1-x509";
import { type Authorities, type AuthorityRecord, fromPem } from "../authorities/authorities.ts";
import type { AuthorityCode } from "../authorities/hierarchy.ts";
import { type KeyStore, keyIdentifier, type SigningKey } from "../authorities/keys.ts";
import { integerBytes, octets, wrap } from "../encoding/der.ts";
import { buildName, cut } from "../encoding/names.ts";
import { buildAnswer, buildError, type CertificateId, type IdHash, idHashes, parseQuestion, type Status } from "../encoding/ocsp.ts";
import { oid } from "../encoding/oids.ts";
import { certificateRevoked } from "../events.ts";
import type { Issuer } from "../issuing/issue.ts";
import { codeOf } from "../issuing/reasons.ts";

export type Responder = {
  /** The answer to a request, DER in both directions. Never throws for what a client sent. */
  answer(request: Uint8Array): Promise<Uint8Array>;
  /** Signs ahead what will be asked; answers how many. */
  presign(most: number): Promise<number>;
  /** Forgets remembered answers as revocations come, in this process. */
  follow(): Promise<void>;
};

type OpenResponder = { key: SigningKey; keyId: Uint8Array; certificate: Uint8Array; renewAt: number };
type Ahead = { der: Uint8Array; until: number };

const hashes = Object.keys(idHashes) as readonly IdHash[];
const sha1: IdHash = "1.3.14.3.2.26";
const lifeSeconds = 3600;
const renewMillis = 30 * 86_400_000;
const mostRemembered = 20_000;

export function createResponder({
  store,
  authorities,
  keys,
  issuer,
  real,
}: {
  store: Store;
  authorities: Authorities;
  keys: KeyStore;
  issuer: Issuer;
  real: Clock;
}): Responder {
  const seconds = (): number => Math.floor(real.now().epochMilliseconds / 1000);
  const byHash = indexAuthorities(authorities);
  const opened = new Map<AuthorityCode, Promise<OpenResponder>>();
  const remembered = new Map<string, Ahead>();

  const open = async (code: AuthorityCode): Promise<OpenResponder> => {
    const key = await keys.get(`ocsp-${code}`, 2048);
    const holder = `ocsp ${code}`;
    const limit = real.now().add({ hours: 24 * 60 });
    const find = (from: Queryable) =>
      from.first<{ pem: string; not_after: Temporal.Instant }>(
        "select pem, not_after from pki.certificate where holder = $1 and revoked_at is null and not_after > $2 order by not_after desc limit 1",
        [holder, limit],
      );
    const authority = authorities.get(code);
    const subject = buildName([{ [oid.country]: "FR" }, { [oid.commonName]: cut(`OCSP ${authority.file}`, 64) }]);
    const found =
      (await find(store)) ??
      (await store.transaction(async (tx) => {
        await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 7206522))", [holder]);
        const other = await find(tx);
        if (other) return other;
        const issued = await issuer.issue(tx, { profile: "ocsp-responder", issuer: code, subject, spki: key.spki, holder });
        return { pem: issued.pem, not_after: issued.notAfter };
      }));
    return {
      key,
      keyId: keyIdentifier(AsnConvert.parse(key.spki, SubjectPublicKeyInfo).subjectPublicKey),
      certificate: fromPem(found.pem),
      renewAt: found.not_after.epochMilliseconds - renewMillis,
    };
  };
  const responderOf = async (code: AuthorityCode): Promise<OpenResponder> => {
    const promise = opened.get(code) ?? open(code);
    opened.set(code, promise);
    const responder = await promise.catch((error: unknown) => {
      opened.delete(code);
      throw error;
    });
    if (responder.renewAt < real.now().epochMilliseconds) opened.delete(code);
    return responder;
  };

  const statusOf = createStatusReader(store);

  const sign = async (code: AuthorityCode, ids: readonly CertificateId[], nonce: Uint8Array | undefined) => {
    const statuses = await Promise.all(ids.map(async (id) => ({ id, status: await statusOf(code, id.serial) })));
    const now = seconds();
    const der = await buildAnswer({ responder: await responderOf(code), statuses, nonce, thisUpdate: now, nextUpdate: now + lifeSeconds });
    return { der, until: now + lifeSeconds, status: statuses[0]?.status.kind };
  };

  /** Kept only while the certificate stands as it was read: the row is locked against a revocation that commits meanwhile. */
  const keepAhead = async (id: CertificateId, { der, until, status }: Awaited<ReturnType<typeof sign>>): Promise<void> => {
    if (status !== "good") return;
    await store.run(
      `with live as (select serial from pki.certificate where serial = $1 and revoked_at is null for share)
       insert into pki.ocsp_answer (serial, hash, der, next_update) select serial, $2, $3, $4 from live
       on conflict (serial, hash) do update set der = excluded.der, next_update = excluded.next_update`,
      [id.serial, id.hash, Buffer.from(der), Temporal.Instant.fromEpochMilliseconds(until * 1000)],
    );
  };

  const ahead = async (code: AuthorityCode, id: CertificateId): Promise<Uint8Array> => {
    const name = `${id.serial} ${id.hash}`;
    const half = seconds() + lifeSeconds / 2;
    const known = remembered.get(name);
    if (known && known.until > half) return known.der;
    const row = await store.first<{ der: Uint8Array; until: number }>(
      "select der, floor(extract(epoch from next_update))::bigint as until from pki.ocsp_answer where serial = $1 and hash = $2",
      [id.serial, id.hash],
    );
    let found: Ahead | undefined = row && row.until > half ? row : undefined;
    if (!found) {
      // Kept for everyone: written as we write it, not as the one who came first did.
      const own = identify(authorities.get(code), id.serial, id.hash);
      const signed = await sign(code, [own], undefined);
      await keepAhead(own, signed);
      if (signed.status !== "good") return signed.der;
      found = signed;
    }
    if (remembered.size >= mostRemembered) remembered.delete(remembered.keys().next().value ?? "");
    remembered.set(name, found);
    return found.der;
  };

  return {
    async answer(request) {
      const question = parseQuestion(request);
      const first = question?.ids[0];
      if (!question || !first) return buildError("malformedRequest");
      const authority = byHash.get(issuerKey(first));
      // RFC 6960 §2.3: not our certificates, or of several authorities where one signature would have to answer.
      if (!authority || question.ids.some((id) => issuerKey(id) !== issuerKey(first))) return buildError("unauthorized");
      if (!question.nonce && question.ids.length === 1) return ahead(authority.code, first);
      return (await sign(authority.code, question.ids, question.nonce)).der;
    },
    async presign(most) {
      const rows = await store.query<{ serial: string; issuer: AuthorityCode }>(
        `select c.serial, c.issuer from pki.certificate c left join pki.ocsp_answer a on a.serial = c.serial and a.hash = $1
          where c.revoked_at is null and c.not_after > $2 and c.profile <> 'ocsp-responder' and c.issuer like 'AC_-%'
            and (a.serial is null or a.next_update < $3) limit $4`,
        [sha1, real.now(), real.now().add({ seconds: lifeSeconds / 2 }), most],
      );
      for (const row of rows) {
        const id = identify(authorities.get(row.issuer), row.serial, sha1);
        await keepAhead(id, await sign(row.issuer, [id], undefined));
      }
      return rows.length;
    },
    async follow() {
      await store.follow({
        kind: certificateRevoked,
        handle: ({ payload }) => {
          for (const hash of hashes) remembered.delete(`${payload.serial} ${hash}`);
        },
      });
    },
  };
}

/** Reads the register for all who ask at once in one query: what came while one ran goes with the next. Nothing is remembered. */
function createStatusReader(store: Queryable): (code: AuthorityCode, serial: string) => Promise<Status> {
  type Row = { serial: string; issuer: string; at: number | null; reason: string | null };
  let running: Promise<ReadonlyMap<string, Row>> | undefined;
  let next: { serials: Set<string>; rows: Promise<ReadonlyMap<string, Row>> } | undefined;
  const read = async (serials: ReadonlySet<string>): Promise<ReadonlyMap<string, Row>> => {
    const rows = await store.query<Row>(
      "select serial, issuer, floor(extract(epoch from revoked_at))::bigint as at, reason from pki.certificate where serial = any($1)",
      [[...serials]],
    );
    return new Map(rows.map((row) => [row.serial, row]));
  };
  const join = (serial: string): Promise<ReadonlyMap<string, Row>> => {
    if (next) next.serials.add(serial);
    else {
      const serials = new Set([serial]);
      const rows = Promise.resolve(running?.catch(() => undefined)).then(() => {
        next = undefined;
        running = read(serials);
        return running;
      });
      next = { serials, rows };
    }
    return next.rows;
  };
  return async (code, serial) => {
    const row = (await join(serial)).get(serial);
    if (row?.issuer !== code) return { kind: "unknown" };
    return row.at === null ? { kind: "good" } : { kind: "revoked", at: row.at, reason: codeOf(row.reason) };
  };
}

function issuerKey(id: CertificateId): string {
  return `${id.hash} ${id.issuerName} ${id.issuerKey}`;
}

function hashesOf(authority: AuthorityRecord, hash: string): { name: Buffer; key: Buffer } {
  const digest = (data: Uint8Array): Buffer =>
    createHash(hash in idHashes ? idHashes[hash as IdHash].name : "sha1")
      .update(data)
      .digest();
  const bits = Buffer.from(AsnConvert.parse(authority.spki, SubjectPublicKeyInfo).subjectPublicKey);
  return { name: digest(new Uint8Array(AsnConvert.serialize(authority.name))), key: digest(bits) };
}

function indexAuthorities(authorities: Authorities): ReadonlyMap<string, AuthorityRecord> {
  const index = new Map<string, AuthorityRecord>();
  for (const authority of authorities.list) {
    for (const hash of hashes) {
      const { name, key } = hashesOf(authority, hash);
      index.set(`${hash} ${name.toString("hex")} ${key.toString("hex")}`, authority);
    }
  }
  return index;
}

/** The CertID a client of this hash would write. */
function identify(authority: AuthorityRecord, serial: string, hash: string): CertificateId {
  const { name, key } = hashesOf(authority, hash);
  const algorithm = new Uint8Array(AsnConvert.serialize(new AlgorithmIdentifier({ algorithm: hash, parameters: null })));
  const der = wrap(0x30, algorithm, octets(name), octets(key), integerBytes(Buffer.from(serial, "hex")));
  return { hash, issuerName: name.toString("hex"), issuerKey: key.toString("hex"), serial, der };
}
