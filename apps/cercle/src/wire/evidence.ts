// Evidence in the house: the vault's keys, the authority's signer, governance's files and clock.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { type EvidenceRoom, openEvidenceRoom, type Parties, type SigningCards } from "@cercle/evidence";
import { actorKey, createTransfer, isAgency, isController, transferRoutes } from "@cercle/governance";
import { Refusal, realClock } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import type { House } from "../house.ts";
import { listenToDecisions } from "./decisions.ts";

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
      rectify: governance.files.rectify,
      // The law's own table: which channels the clause of an act accepts.
      async accepted(from, reference, act) {
        const file = await governance.files.find(from, reference);
        return file && findFullInstrument(file.instrument)?.definition.kinds[act]?.channel;
      },
    },
    parties: partiesOf(house),
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
  listenToDecisions({ decisions: room.decisions, governance });
  const transfer = createTransfer({
    ...governance,
    store,
    papers: room.papers,
    signer: (tx) => authority.signer(tx, "evidence"),
    anchors: () => authority.anchors(),
    publish: room.publish,
    space: { id: space.id, name: space.name.fr },
  });
  // An operator alone keeps no files.
  if (house.alone) return room;
  house.addRoutes(transferRoutes({ store, access: governance.access, transfer, papers: room.papers }));
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

/** An account stands for itself and for the parties it acts for; officers for the agency. */
function partiesOf({ governance, store }: House): Parties {
  return {
    async of(actor) {
      if (actor.kind === "operator") return ["agency"];
      if (actor.kind !== "account") return [];
      const held = (await governance.parties.of(store, actor.id)).map((party) => `party:${party}`);
      return [`account:${actor.id}`, ...held, ...(isAgency(actor) ? ["agency"] : [])];
    },
    async controls(actor, file, what) {
      if (!isController(actor) || actor.kind !== "account") return undefined;
      const seen = await governance.access.read(actor, file).catch((error: unknown) => {
        if (error instanceof Refusal) return undefined;
        throw error;
      });
      if (seen?.party !== undefined) return undefined;
      const read = { route: what, file, status: seen ? 200 : 404 };
      await store.transaction((tx) => governance.evidence.trace(tx, { room: "governance", type: "controller-asked", subject: actorKey(actor), payload: read }));
      return seen !== undefined;
    },
  };
}
