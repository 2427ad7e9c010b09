// The agency's part of a domain's transfer (MSS 13): a certificate to the new operator, its name in the list, and both entries in the
// contract's file, whose status, clocks and notices go on for the new operator on the same conditions. All in one transaction.
import { X509Certificate } from "node:crypto";
import { nameOfCertificate, type TransferAgency } from "@cercle/mail";
import type { House } from "../house.ts";
import type { MailAgency } from "./mail-agency.ts";

/** Absent where the list comes from elsewhere: that agency lists the new operator. */
export function createTransferAgency(house: House, { agency, publish }: MailAgency, consume: () => Promise<void>): TransferAgency | undefined {
  const { authority, configuration, governance } = house;
  if (configuration.get<string>("mail.whitelist_url") !== "") return undefined;
  const publicHost = configuration.get<string>("program.public_host");
  return {
    async hand(tx, { domain, organisation, publicKey, transfer }) {
      const { certificate } = await authority.certifyMailServer(tx, { domain, hosts: [publicHost, "localhost"], organization: organisation, publicKey });
      await agency.list(tx, { domain, certificateName: nameOfCertificate(new X509Certificate(certificate)), holder: `transfer:${transfer}` });
      const right = await governance.files.right(tx, "domain.exchange", domain);
      const file = right && (await governance.files.find(tx, right.reference));
      // A sandbox's grant is no contract: there is nothing in it that could be transferred.
      if (file && file.instrument !== "sandbox-grant") {
        const record = (type: string, actor: string, payload: Record<string, string>) => governance.files.record(tx, file.reference, { type, actor, payload });
        await record("service-transferred", `operator:${domain}`, { by: "operator", to: organisation });
        await record("certificates-reissued", "agency", { by: "agency" });
      }
      return { certificate };
    },
    async publish() {
      await publish();
      await consume();
    },
    async revoke(tx, domain, except) {
      const kept = except === "" ? "" : new X509Certificate(except).serialNumber.toLowerCase();
      const rows = await authority.listMailServers(tx, domain);
      for (const serial of rows) if (serial.toLowerCase() !== kept) await authority.revoke(tx, serial, "affiliationChanged");
    },
  };
}
