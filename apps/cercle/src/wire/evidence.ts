// Evidence in the house: the vault's keys, the authority's signer, governance's files and clock.
import { readFile } from "node:fs/promises";
import { type EvidenceRoom, openEvidenceRoom, type Parties } from "@cercle/evidence";
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

const agencyRoles = ["officer", "second-officer", "auditor"];

/** An account stands for itself; officers for the agency. Governance adds the holders of files when it knows who belongs to whom. */
const parties: Parties = {
  async of(actor) {
    if (actor.kind === "operator") return ["agency"];
    if (actor.kind !== "account") return [];
    return [`account:${actor.id}`, ...(actor.roles.some((role) => agencyRoles.includes(role)) ? ["agency"] : [])];
  },
};
