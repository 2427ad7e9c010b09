// The API of certificates: ask with a request, read the register, revoke, renew.
import { createPublicKey, X509Certificate } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { Store, Tx } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { AsnConvert } from "@peculiar/asn1-schema";
import { Certificate } from "@peculiar/asn1-x509";
import { z } from "zod";
import { fromPem } from "../authorities/authorities.ts";
import type { Authority } from "../authorities/authority.ts";
import type { AltName } from "../encoding/certificate.ts";
import { buildName, cut, type RelativeName } from "../encoding/names.ts";
import { oid } from "../encoding/oids.ts";
import { pkiErrors } from "../errors.ts";
import { profiles, type Requestable, requestable } from "../issuing/profiles.ts";
import { reasons } from "../issuing/reasons.ts";
import { describeCertificate, getCertificate, listCertificates, type RegisterRow } from "../issuing/register.ts";
import { verifyRequest } from "../issuing/requests.ts";
import type { HoldRights } from "../ports.ts";

const readers = ["officer", "auditor"];
/** In a sandbox vendors and operators serve themselves; `live` leaves it to officers, who act on a file. */
const askers = { sandbox: ["officer", "vendor", "operator-contact"], live: ["officer"] } as const;
const serial = z.object({ serial: z.string().regex(/^[0-9a-fA-F:]{2,60}$/) });
const host = z.string().regex(/^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const longestRequest = 8192;

const wanted = z.object({
  profile: z.enum(requestable),
  request: z.string().max(longestRequest),
  common_name: z.string().min(1).max(64),
  organization: z.string().min(1).max(64),
  /** Struct_IdNat: 1 + FINESS or 3 + SIRET. */
  organization_id: z.string().min(1).max(64).optional(),
  hosts: z.array(host).max(20).default([]),
});
type Wanted = z.output<typeof wanted>;

export function pkiRoutes({
  store,
  authority,
  rights,
  real,
  mode,
  actorKey,
}: {
  store: Store;
  authority: Authority;
  rights: HoldRights;
  real: Clock;
  mode: "sandbox" | "live";
  actorKey(actor: Actor): string;
}): readonly Route[] {
  const { issuer, authorities, test } = authority.inside;
  const show = (row: RegisterRow) => describeCertificate(row, real);

  type Facts = { profile: Requestable; subject: ReturnType<typeof buildName>; spki: Uint8Array; holder: string; altNames: readonly AltName[] };
  const issue = async (tx: Tx, { profile, ...facts }: Facts, actor: Actor) => {
    const code = profiles[profile].issuer;
    const issued = await issuer.issue(tx, { ...facts, profile, issuer: code, values: { supportType: test ? 0x83 : 0x03 } });
    const file = await rights.open(tx, { serial: issued.serial, profile, actor: actorKey(actor) });
    return {
      serial: issued.serial,
      profile,
      not_after: issued.notAfter.toString(),
      ...(file ? { file } : {}),
      certificate: issued.pem + authorities.get(code).pem,
    };
  };

  return [
    defineRoute({
      method: "POST",
      path: "/api/pki/certificates",
      about: "Issues a certificate for the key of a PKCS#10 request; names are those given here, possession of the key is proved by the request.",
      who: askers[mode],
      body: wanted,
      perMinute: 60,
      async handle({ body, actor }) {
        const altNames = hostsOf(body);
        const spki = verifyRequest(body.request);
        const facts = { profile: body.profile, subject: buildName(nameOf(body)), spki, holder: `request ${actorKey(actor)}`, altNames };
        return store.transaction((tx) => issue(tx, facts, actor));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/pki/certificates/:serial/renewal",
      about: "Issues the same certificate again, for the same key or that of a new request; the first one stays in force until it ends or is revoked.",
      who: askers[mode],
      params: serial,
      body: z.object({ request: z.string().max(longestRequest).optional() }),
      perMinute: 60,
      async handle({ params, body, actor }) {
        const row = await getCertificate(store, params.serial);
        const profile = requestable.find((name) => name === row.profile);
        const asked = row.holder === `request ${actorKey(actor)}` || actor.kind === "operator" || (actor.kind === "account" && actor.roles.includes("officer"));
        if (!profile || !asked) throw pkiErrors.refuse("pki.unknown-certificate", { params: { serial: params.serial } });
        if (row.revoked_at) throw pkiErrors.refuse("pki.already-revoked", { params: { serial: row.serial } });
        const facts = { profile, ...readFacts(row), ...(body.request ? { spki: verifyRequest(body.request) } : {}), holder: row.holder ?? "" };
        return store.transaction((tx) => issue(tx, facts, actor));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/pki/certificates",
      about: "The register of certificates, newest first, at most 1,000.",
      who: readers,
      query: z.object({ profile: z.string().max(40).optional(), text: z.string().max(100).optional() }),
      handle: async ({ query }) => (await listCertificates(store, query)).map(show),
    }),
    defineRoute({
      method: "GET",
      path: "/api/pki/certificates/:serial",
      about: "One certificate: its state, and the certificate itself.",
      who: readers,
      params: serial,
      async handle({ params }) {
        const row = await getCertificate(store, params.serial);
        return { ...show(row), certificate: row.pem };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/pki/certificates/:serial/revocation",
      about: "Revokes a certificate for good; every process refuses it within seconds, lists and OCSP say so at once.",
      who: ["officer"],
      params: serial,
      body: z.object({ reason: z.enum(reasons).default("unspecified") }),
      async handle({ params, body, actor }) {
        await store.transaction(async (tx) => {
          const row = await getCertificate(tx, params.serial);
          await authority.revoke(tx, row.serial, body.reason);
          await rights.close(tx, { serial: row.serial, actor: actorKey(actor) });
        });
        return show(await getCertificate(store, params.serial));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/pki/authorities",
      about: "The authorities of the hierarchy and their fingerprints.",
      who: "anyone",
      handle: async () =>
        authorities.list.map(({ code, file, x509, serial: number, pem }) => ({
          code,
          file,
          subject: x509.subject.replaceAll("\n", ", "),
          serial: number,
          fingerprint_sha256: x509.fingerprint256,
          not_after: x509.validToDate.toISOString(),
          certificate: pem,
        })),
    }),
  ];
}

function nameOf({ organization, organization_id, common_name }: Wanted): readonly RelativeName[] {
  return [
    { [oid.country]: "FR" },
    { [oid.organization]: cut(organization, 64) },
    ...(organization_id ? [{ [oid.unit]: organization_id }] : []),
    { [oid.commonName]: common_name },
  ];
}

/** Servers are known by their alternative names (RFC 9525 §6.3); the other profiles have none. */
function hostsOf({ profile, hosts, common_name }: Wanted): readonly AltName[] {
  const takesHosts = profiles[profile].altName === "dns";
  const all = takesHosts && host.safeParse(common_name).success ? [...new Set([common_name, ...hosts])] : hosts;
  if (takesHosts !== all.length > 0) throw pkiErrors.refuse("pki.hosts-needed");
  return all.map((value) => ({ type: "dns", value }));
}

function readFacts(row: RegisterRow): { subject: ReturnType<typeof buildName>; spki: Uint8Array; altNames: readonly AltName[] } {
  const der = fromPem(row.pem);
  const { subject } = AsnConvert.parse(der, Certificate).tbsCertificate;
  const x509 = new X509Certificate(der);
  const altNames = (x509.subjectAltName ?? "")
    .split(", ")
    .flatMap((name): AltName[] => (name.startsWith("DNS:") ? [{ type: "dns", value: name.slice(4) }] : []));
  return { subject, spki: createPublicKey(x509.publicKey.export({ format: "pem", type: "spki" })).export({ type: "spki", format: "der" }), altNames };
}
