// What the operator's suite needs of a space: partners with certificates in every state (a sandbox only), the list, the directory,
// a signature under the report, and its place in the operator's file.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import type { Partner, PartnerName } from "@cercle/conformity";
import type { Directory } from "@cercle/directory";
import { signStatement } from "@cercle/evidence";
import { actorKey, isAgency } from "@cercle/governance";
import { type Json, nameKey, realClock } from "@cercle/kernel";
import { findInstrument } from "@cercle/law";
import { createAgency, nameOfCertificate } from "@cercle/mail";
import type { Tx } from "@cercle/store";
import { type Actor, defineRoute, type Route } from "@cercle/web";
import { AsnConvert } from "@peculiar/asn1-schema";
import { AttributeTypeAndValue, AttributeValue, Certificate, Extensions, Name, RelativeDistinguishedName } from "@peculiar/asn1-x509";
import { z } from "zod";
import { conformityErrors } from "../conformity/errors.ts";
import type { House } from "../house.ts";

const officers = ["officer", "second-officer", "operator-contact"];
const text = z.string().trim().min(1).max(300);
const sandboxSupport = 0x83;
/** MSS 4.1: a test aid, of no effect on validation. */
const reportType = "conformity-report-filed";
/** RFC 5280 §4.2.1.13. */
const distributionPoints = "2.5.29.31";

export async function startConformity(house: House, { directory }: { directory: Directory }): Promise<void> {
  const { store, authority, governance, mode } = house;
  const agency = createAgency({ store, real: realClock });
  const routes: Route[] = [
    defineRoute({
      method: "POST",
      path: "/api/conformity/operator/facts",
      about: "Whether the list binds a certificate (DER, base64) to a domain; whether the directory publishes an address.",
      who: officers,
      body: z.object({ domain: text, certificate: z.base64().max(20_000).optional(), address: text.optional() }),
      async handle({ body }) {
        const name = body.certificate === undefined ? undefined : nameOfCertificate(new X509Certificate(Buffer.from(body.certificate, "base64")));
        const listed = await agency.listings(store);
        return {
          binds:
            name !== undefined &&
            listed.some((row) => row.domain === body.domain.toLowerCase() && nameKey(row.certificate_name) === nameKey(name) && nameKey(name) !== undefined),
          published: body.address !== undefined && (await directory.publications.find(store, body.address)) !== undefined,
        };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/conformity/operator/results",
      about: "Signs the report of an operator's suite; with a file, its digest and verdicts become an entry of that file (MSS 4.1).",
      who: officers,
      body: z.object({ report: z.looseObject({ format: z.literal("cercle-conformity-operator-1"), operator: text }), file: z.string().max(40).optional() }),
      async handle({ body, actor }) {
        const signed = await store.transaction(async (tx) => signStatement(body.report as Json, await authority.signer(tx, "evidence")));
        const entry = body.file === undefined ? undefined : await fileReport(body.file, { signed, report: body.report, actor });
        return { signed, ...(entry === undefined ? {} : { file: body.file, entry }) };
      },
    }),
  ];
  if (mode === "sandbox") {
    let made: Promise<Readonly<Record<PartnerName, Partner>>> | undefined;
    const cutRight = { right: "domain.exchange", subject: partnerDomain(house, "retire"), actor: "operator" } as const;
    const isOpen = async (): Promise<boolean> => (await governance.files.right(store, cutRight.right, cutRight.subject))?.state === "open";
    routes.push(
      defineRoute({
        method: "POST",
        path: "/api/conformity/operator/kit",
        about: "Partners of this sandbox with certificates in every state, listed as they must be; where its own operators listen.",
        who: officers,
        body: z.object({ domain: text }),
        async handle({ body }) {
          made ??= makePartners(house, agency);
          const partners = await made.catch((error: unknown) => {
            made = undefined;
            throw error;
          });
          // Cut by the examination before.
          if (!(await isOpen()))
            await store.transaction((tx) =>
              governance.grants.grant(tx, { ...cutRight, holder: `operator:${cutRight.subject}`, limits: { phase: "validated" } }),
            );
          return {
            host: house.configuration.get<string>("program.public_host"),
            trust: authority.anchors(),
            partners,
            ...(await ownPorts(house, body.domain)),
          };
        },
      }),
      defineRoute({
        method: "POST",
        path: "/api/conformity/operator/cut",
        about: "Takes the domain that is there to be cut off the list; the next kit lists it again.",
        who: officers,
        async handle() {
          if (await isOpen()) await store.transaction((tx) => governance.grants.withdraw(tx, cutRight));
        },
      }),
    );
  }
  house.addRoutes(routes);

  /** The report by its digest: whoever holds the file proves with it what was found, and when it came. */
  async function fileReport(
    reference: string,
    { signed, report, actor }: { signed: string; report: Readonly<Record<string, unknown>>; actor: Actor },
  ): Promise<number> {
    const { files, evidence, access } = governance;
    const file = await files.find(store, reference);
    if (!file) throw conformityErrors.refuse("conformity.no-file", { params: { reference } });
    const verdicts = Array.isArray(report.requirements) ? (report.requirements as readonly { requirement?: unknown; outcome?: unknown }[]) : [];
    const count = (name: string): Record<string, Json> => (typeof report[name] === "number" ? { [name]: report[name] } : {});
    const payload = {
      document: createHash("sha256").update(signed).digest("hex"),
      suite: "conformity operator",
      ...count("passed"),
      ...count("failed"),
      ...count("not_run"),
      requirements: verdicts.map(({ requirement, outcome }) => `${requirement} ${outcome}`),
    };
    const entry = { type: reportType, actor: actorKey(actor), payload, happenedAt: governance.clock.now() };
    // A sandbox grant knows no clause: the report is kept in it all the same, by the agency.
    if (!findInstrument(file.instrument)?.entries.includes(reportType)) {
      if (!isAgency(actor)) throw conformityErrors.refuse("conformity.no-file", { params: { reference } });
      return (await store.transaction((tx) => evidence.append(tx, file.id, entry))).seq;
    }
    const { party } = await access.read(actor, reference);
    if (party === undefined) throw conformityErrors.refuse("conformity.no-file", { params: { reference } });
    return (await store.transaction((tx) => files.record(tx, reference, { ...entry, payload: { ...payload, by: party } }))).seq;
  }
}

/** Ports of an operator of this sandbox, by its domain. */
async function ownPorts({ port, space }: House, domain: string): Promise<Record<string, number>> {
  const name = ["alpha", "beta"].find((one) => `${one}.${space.domains.sandbox_mail}` === domain.toLowerCase());
  if (!name) return {};
  return { gateway: await port(`mail.${name}_smtp_port`), submission: await port(`mail.${name}_submission_port`), imap: await port(`mail.${name}_imap_port`) };
}

const partnerDomain = ({ space }: House, name: string): string => `${name}-audit.${space.domains.sandbox_mail}`;

type Issued = { readonly certificate: string; readonly key: string; readonly serial: string };
type Listing = ReturnType<typeof createAgency>;

/** Domains in the manner of the national audit; each listed as its probe needs, none of them anybody's. */
async function makePartners(house: House, agency: Listing): Promise<Readonly<Record<PartnerName, Partner>>> {
  const { store, authority, governance, configuration } = house;
  const domainOf = (name: string): string => partnerDomain(house, name);
  const hosts = [configuration.get<string>("program.public_host"), "localhost"];
  const issue = (tx: Tx, domain: string, organization?: string): Promise<Issued> =>
    authority.issueMailServer(tx, { domain, hosts, ...(organization ? { organization } : {}) });
  const list = async (tx: Tx, domain: string, certificate: string, phase: "validated" | "provisional" = "validated"): Promise<void> => {
    const holder = `operator:${domain}`;
    await agency.list(tx, { domain, certificateName: nameOfCertificate(new X509Certificate(certificate)), holder });
    const known = await governance.files.right(tx, "domain.exchange", domain);
    if (known?.state !== "open") await governance.grants.grant(tx, { right: "domain.exchange", subject: domain, holder, actor: "operator", limits: { phase } });
  };
  const listed = (name: string, phase?: "provisional"): Promise<Partner> =>
    store.transaction(async (tx) => {
      const made = await issue(tx, domainOf(name));
      await list(tx, domainOf(name), made.certificate, phase);
      return { domain: domainOf(name), ...made };
    });
  const good = await listed("cert-valide");
  const revoked = await listed("cert-revoque");
  await store.transaction((tx) => authority.revoke(tx, new X509Certificate(revoked.certificate).serialNumber.toLowerCase(), "superseded"));
  const renamed = await store.transaction(async (tx) => {
    const domain = domainOf("cert-cn-diff-dn");
    await list(tx, domain, (await issue(tx, domain, "ORGANISATION DE LA LISTE")).certificate);
    return { domain, ...(await issue(tx, domain, "AUTRE ORGANISATION")) };
  });
  const asked = await listed("cert-ocsp");
  const askedRevoked = await store.transaction((tx) => issue(tx, domainOf("cert-ocsp")));
  await store.transaction((tx) => authority.revoke(tx, new X509Certificate(askedRevoked.certificate).serialNumber.toLowerCase(), "superseded"));
  return {
    good,
    revoked,
    ocsp: await tellByOcsp(house, asked),
    ocsp_revoked: await tellByOcsp(house, { ...askedRevoked, domain: asked.domain }),
    cut: await listed("retire"),
    renamed,
    other: await listed("cert-no-match"),
    provisional: await listed("provisoire", "provisional"),
    expired: await expire(house, await listed("cert-expire")),
    foreign: makeForeign(await listed("cert-non-igc")),
    unlisted: { ...good, domain: domainOf("hors-liste") },
  };
}

/** The same certificate without the place of a list of revocations: OCSP alone says how it stands. */
async function tellByOcsp({ authority }: House, partner: Partner): Promise<Partner> {
  const certificate = AsnConvert.parse(new X509Certificate(partner.certificate).raw, Certificate);
  const { tbsCertificate } = certificate;
  tbsCertificate.extensions = new Extensions((tbsCertificate.extensions ?? []).filter(({ extnID }) => extnID !== distributionPoints));
  const signature = await authority.inside.authorities
    .get("ACI-ST-ORG")
    .key()
    .sign(new Uint8Array(AsnConvert.serialize(tbsCertificate)));
  certificate.signatureValue = Uint8Array.from(signature).buffer;
  delete certificate.tbsCertificateRaw;
  const chain = partner.certificate.slice(partner.certificate.indexOf("-----END CERTIFICATE-----") + "-----END CERTIFICATE-----\n".length);
  return { domain: partner.domain, key: partner.key, certificate: `${new X509Certificate(Buffer.from(AsnConvert.serialize(certificate)))}${chain}` };
}

/** The same name and key, in a certificate that ended yesterday. */
async function expire({ store, authority }: House, partner: Partner): Promise<Partner> {
  const { tbsCertificate } = AsnConvert.parse(new X509Certificate(partner.certificate).raw, Certificate);
  const spki = createPublicKey(createPrivateKey(partner.key)).export({ type: "spki", format: "der" });
  const issued = await store.transaction((tx) =>
    authority.inside.issuer.issue(tx, {
      profile: "mail-server",
      issuer: "ACI-ST-ORG",
      subject: tbsCertificate.subject,
      spki,
      holder: `mail ${partner.domain}`,
      altNames: [{ type: "dns", value: partner.domain }],
      values: { supportType: sandboxSupport },
      notBefore: realClock.now().subtract({ hours: 24 * 30 }),
      notAfter: realClock.now().subtract({ hours: 24 }),
    }),
  );
  return { domain: partner.domain, certificate: issued.pem, key: partner.key };
}

/** The same name, signed by an authority that nobody here knows. */
function makeForeign(partner: Partner): Partner {
  const certificate = AsnConvert.parse(new X509Certificate(partner.certificate).raw, Certificate);
  certificate.tbsCertificate.issuer = new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: "2.5.4.3", value: new AttributeValue({ utf8String: "AC ETRANGERE (TEST)" }) })]),
  ]);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(certificate.tbsCertificate)), privateKey);
  certificate.signatureValue = Uint8Array.from(signature).buffer;
  return { domain: partner.domain, certificate: new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString(), key: partner.key };
}
