// The agency's side of mail: the list that the open rights of domains say, published at each change and applied at once.

import { X509Certificate } from "node:crypto";
import { resolveMx } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { realClock } from "@cercle/kernel";
import {
  type Agency,
  agencyRoutes,
  agreementPath,
  createAgency,
  createOutsidePeers,
  createPublisher,
  createRevocation,
  type DomainRight,
  fetchBytes,
  guidePath,
  type IncidentKind,
  nameOfCertificate,
  type PeerVerdict,
  type Publisher,
  publicMailRoutes,
  rememberVerdicts,
  type VerifyBearer,
} from "@cercle/mail";
import { certificateRevoked } from "@cercle/pki";
import type { House } from "../house.ts";

export type MailAgency = {
  readonly agency: Agency;
  readonly publisher: Publisher;
  /** The rights of domains as the door last heard them. */
  readonly rights: Map<string, DomainRight>;
  publish(): Promise<void>;
};

/** Publisher, public documents, enrolment of outside operators. */
export function createMailAgency(house: House): MailAgency {
  const { store, authority, governance } = house;
  const agency = createAgency({ store, real: realClock });
  const signer = () => store.transaction((tx) => authority.signer(tx, "whitelist"));
  const publisher = createPublisher({ store, agency, signer, real: realClock });
  const rights = new Map<string, DomainRight>();
  house.addRoutes(publicMailRoutes({ store, agency, publisher, frame: house.frame, agreement: house.configuration.get<string>("mail.agreement_version") }));
  const publish = async (): Promise<void> => {
    const listings = await agency.listings(store);
    await publisher.publish(
      listings.flatMap(({ domain, certificate_name: certificateName }) => (rights.get(domain)?.state === "open" ? [{ domain, certificateName }] : [])),
    );
  };
  house.addRoutes(
    agencyRoutes({
      store,
      agency,
      anchors: () => authority.anchors(),
      async enrol(tx, domain, organization) {
        await governance.grants.grant(tx, {
          right: "domain.exchange",
          subject: domain,
          holder: `operator:${domain}`,
          actor: "operator",
          limits: { phase: "validated" },
        });
        const publicHost = house.configuration.get<string>("program.public_host");
        const issued = await authority.issueMailServer(tx, { domain, hosts: [publicHost, "localhost"], ...(organization ? { organization } : {}) });
        return {
          certificate: issued.certificate,
          key: issued.key,
          serial: issued.serial,
          certificateName: nameOfCertificate(new X509Certificate(issued.certificate)),
        };
      },
    }),
  );
  return { agency, publisher, rights, publish };
}

/** A token is asked of the issuers of this space, as any relying party would: whose it is, as long as it lives. */
async function askIssuers(house: House): Promise<VerifyBearer> {
  const clients = house.configuration.get<readonly string[]>("mail.bearer_clients");
  // A token given to another service is no key to mail: a live space names the services whose tokens are.
  const accepts = (client: string): boolean => (clients.length === 0 ? house.mode === "sandbox" : clients.includes(client));
  const issuers = [await house.origin("connect.bas.issuer_port"), await house.origin("connect.production.issuer_port")];
  return async (token) => {
    if (token.length > 8192 || !/^[\x21-\x7e]+$/.test(token)) return undefined;
    for (const issuer of issuers) {
      const reply = await fetch(`${issuer}${userinfoPath}`, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(5000) }).catch(
        () => undefined,
      );
      if (!reply?.ok) continue;
      const { SubjectNameID: nationalId } = (await reply.json()) as { SubjectNameID?: string };
      if (nationalId && accepts(authorizedParty(token))) return { nationalId };
    }
    return undefined;
  };
}

/** The client a token was issued to (RFC 9068 §2.2 `client_id`, here `azp`); its issuer has just vouched for the token. */
function authorizedParty(token: string): string {
  const [, payload = ""] = token.split(".");
  try {
    return String((JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { azp?: unknown }).azp ?? "");
  } catch {
    // An opaque token names no client: the setting lets none in.
    return "";
  }
}

const userinfoPath = "/auth/realms/esante-wallet/protocol/openid-connect/userinfo";

/** Opens an incident; in an operator's own file too, where its twenty-four hours run by the law. */
export function identifyFor({ store, governance }: House, agency: Agency, domain: string) {
  return (kind: IncidentKind, facts: Readonly<Record<string, string | number>>): Promise<void> =>
    store.transaction(async (tx) => {
      const before = await agency.incidents(tx, domain);
      const incident = await agency.openIncident(tx, { domain, kind, facts });
      const right = await governance.files.right(tx, "domain.exchange", domain);
      const file = right && (await governance.files.find(tx, right.reference));
      if (!file || file.instrument === "sandbox-grant" || before.some(({ id }) => id === incident.id)) return;
      await governance.files.record(tx, file.reference, { type: "incident-identified", actor: `operator:${domain}`, payload: { by: "operator" } });
    });
}

export type MailTrust = {
  /** Anchors of the space and those of the setting, PEM. */
  anchors(): string;
  verifyPeer(der: Uint8Array): Promise<PeerVerdict>;
  readonly guide: string;
  /** Where the evidence agreement is read. */
  readonly agreement: string;
  readonly verifyBearer: VerifyBearer;
  /** Next hop: the demo's own operators, the setting, else the domain's MX. */
  route(domain: string): Promise<{ host: string; port: number } | undefined>;
};

/** Whom the operators of this house trust, and where the others are. */
export async function openMailTrust(house: House, own: ReadonlyMap<string, number>): Promise<MailTrust> {
  const { authority, configuration } = house;
  const file = configuration.get<string>("mail.trust_file");
  const outside = file === "" ? "" : readFileSync(file, "utf8");
  const askOutside =
    outside === ""
      ? undefined
      : createOutsidePeers({
          anchors: outside,
          revocation: createRevocation({ fetchBytes, real: realClock }),
          unreachable: configuration.get<"refuse" | "accept">("mail.revocation_unreachable"),
          real: realClock,
        });
  const routes = configuration.get<Record<string, string>>("mail.routes");
  const publicHost = configuration.get<string>("program.public_host");
  const verdicts = rememberVerdicts(async (der) => {
    const verdict = await authority.verifyMailCertificate(der);
    if (verdict.ok) return { ok: true };
    return verdict.reason === "unknown-issuer" && askOutside ? askOutside(der) : { ok: false, reason: verdict.reason };
  }, realClock);
  const revocations = await house.store.follow({ kind: certificateRevoked, handle: verdicts.forget });
  house.onStop(() => revocations.stop());
  return {
    anchors: () => [authority.anchors(), outside].join(""),
    verifyPeer: verdicts.verify,
    guide: `${await house.origin("portal.port")}${guidePath}`,
    agreement: `${await house.origin("portal.port")}${agreementPath}`,
    verifyBearer: await askIssuers(house),
    async route(domain) {
      const port = own.get(domain);
      if (port !== undefined) return { host: publicHost, port };
      const [host, given] = (routes[domain] ?? "").split(":");
      if (host && given) return { host, port: Number(given) };
      const servers = await resolveMx(domain).catch(() => []);
      const [first] = servers.sort((a, b) => a.priority - b.priority);
      return first && { host: first.exchange, port: 25 };
    },
  };
}
