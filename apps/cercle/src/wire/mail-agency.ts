// The agency's side of mail: the list that the open rights of domains say, published at each change and applied at once.
import { X509Certificate } from "node:crypto";
import { realClock } from "@cercle/kernel";
import {
  type Agency,
  agencyRoutes,
  createAgency,
  createPublisher,
  type DomainRight,
  type IncidentKind,
  nameOfCertificate,
  type Publisher,
  whitelistRoutes,
} from "@cercle/mail";
import type { House } from "../house.ts";
import { administersByFile } from "./mail-surface.ts";

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
  house.addRoutes(whitelistRoutes({ store, agency, publisher }));
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
      speaksFor: (actor, domain) => administersByFile(house, actor, domain),
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
