// Evidence in the house: the vault's keys, the authority's signer, governance's files and clock.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type EvidenceRoom, openEvidenceRoom, type Parties, type SigningCards } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import type { House } from "../house.ts";

export async function startEvidence(house: House): Promise<EvidenceRoom> {
  const { configuration, store, vault, authority, space, governance, mode } = house;
  const trustFile = configuration.get<string | undefined>("evidence.timestamp_trust_file");
  const portal = await house.origin("portal.port");
  const room = await openEvidenceRoom({
    store,
    evidence: governance.evidence,
    keys: vault,
    signer: (tx) => authority.signer(tx, "evidence"),
    acts: {
      find: governance.files.find,
      record: governance.files.record,
      // The instruments' own channel rules refuse in `record`; the law hands its table over here when it has one.
      accepted: async () => undefined,
    },
    parties,
    seals: {
      agency: (tx) => authority.signer(tx, "documents"),
      issue: (tx, { name }) => authority.issueClient(tx, { commonName: name, organization: name }),
    },
    passkeys: {
      find: house.accounts.findPasskey,
      place: () => ({ id: configuration.get<string>("program.public_host"), origin: portal }),
    },
    cards: signingCards(house),
    clock: governance.clock,
    real: realClock,
    mode,
    timeZone: space.time_zone,
    spaceName: space.name.fr,
    headSeconds: configuration.get<number>("evidence.head_seconds"),
    proposalHours: configuration.get<number>("evidence.proposal_hours"),
    reviewHours: configuration.get<number>("evidence.review_hours"),
    timestampUrl: configuration.get<string | undefined>("evidence.timestamp_url"),
    timestampAnchors: trustFile ? await readFile(trustFile, "utf8") : undefined,
    origin: () => portal,
  });
  house.addRoutes(room.routes);
  return room;
}

/** A card's signature certificate: the authority finds nothing against it but that it opens no session. */
function signingCards({ authority }: House): SigningCards {
  return async (certificate) => {
    const verdict = await authority.verifyClientCertificate(certificate);
    if (verdict.ok) return { ok: false, reason: "authentication-only" };
    if (verdict.reason !== "signature-only") return verdict;
    const { subject, serialNumber } = new X509Certificate(certificate);
    const nationalId = subject.match(/(?:^|[\n+]\s*)CN=([^\n+]+)/)?.[1]?.trim();
    return nationalId ? { ok: true, nationalId, serial: serialNumber.toLowerCase() } : { ok: false, reason: "wrong-purpose" };
  };
}

const agencyRoles = ["officer", "second-officer", "auditor"];

/** An account stands for itself; officers for the agency. Governance adds the holders of files when it knows who belongs to whom. */
const parties: Parties = {
  async of(actor) {
    if (actor.kind === "operator") return ["agency"];
    if (actor.kind !== "account") return [];
    return [`account:${actor.id}`, ...(actor.roles.some((role) => agencyRoles.includes(role)) ? ["agency"] : [])];
  },
};
