// Evidence in the house: the vault's keys, the authority's signer, the settings.
import { readFile } from "node:fs/promises";
import { type EvidenceRoom, openEvidenceRoom } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import type { House } from "../house.ts";

export async function startEvidence(house: House): Promise<EvidenceRoom> {
  const { configuration, store, vault, authority, space } = house;
  const trustFile = configuration.get<string | undefined>("evidence.timestamp_trust_file");
  const portal = await house.origin("portal.port");
  const room = await openEvidenceRoom({
    store,
    keys: vault,
    signer: (tx) => authority.signer(tx, "evidence"),
    real: realClock,
    spaceName: space.name.fr,
    headSeconds: configuration.get<number>("evidence.head_seconds"),
    timestampUrl: configuration.get<string | undefined>("evidence.timestamp_url"),
    timestampAnchors: trustFile ? await readFile(trustFile, "utf8") : undefined,
    origin: () => portal,
  });
  house.addRoutes(room.routes);
  return room;
}
