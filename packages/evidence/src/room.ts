// The room, put together: what runs beside `createEvidence`, which governance opens with its own clock.
import type { Clock, Id } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { createContents } from "./contents.ts";
import { createDecisions, type Decisions } from "./decisions.ts";
import { decisionRoutes, intakeRoutes } from "./desk-routes.ts";
import { createDocuments, type Documents } from "./documents/documents.ts";
import { documentRoutes } from "./documents/routes.ts";
import { createSignatures } from "./documents/signatures.ts";
import { evidenceErrors } from "./errors.ts";
import type { Evidence } from "./evidence.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createLetters, type Letters } from "./letters/letters.ts";
import { letterRoutes } from "./letters/routes.ts";
import { createSlips } from "./letters/slips.ts";
import { createLog, type Log } from "./log.ts";
import { createPapers, type Papers } from "./papers.ts";
import type { Acts, Keys, Parties, Seals, SignerPort, SigningCards, SigningPasskeys } from "./ports.ts";
import { publicEvidenceRoutes } from "./public-routes.ts";
import { createReferences } from "./references.ts";
import { createOutsideAuthority, openOwnAuthority } from "./tsa.ts";

export type EvidenceRoom = {
  readonly log: Log;
  readonly letters: Letters;
  readonly intake: Intake;
  readonly decisions: Decisions;
  readonly documents: Documents;
  readonly papers: Papers;
  readonly routes: readonly Route[];
  /** Signs a head now if something changed, and asks for the missing timestamps. */
  publish(): Promise<void>;
  /** What the passing of governance's time brings: unclaimed letters, proposals that ended. */
  catchUp(): Promise<void>;
};

export type EvidenceRoomOptions = {
  readonly store: Store;
  readonly evidence: Evidence;
  readonly keys: Keys;
  readonly signer: SignerPort;
  readonly acts: Acts;
  readonly parties: Parties;
  readonly seals: Seals;
  readonly passkeys: SigningPasskeys;
  readonly cards: SigningCards;
  /** Governance's. */
  readonly clock: Clock;
  readonly real: Clock;
  readonly mode: "sandbox" | "live";
  readonly timeZone: string;
  readonly spaceName: string;
  readonly headSeconds: number;
  readonly proposalHours: number;
  readonly reviewHours: number;
  readonly timestampUrl?: string | undefined;
  /** PEM. */
  readonly timestampAnchors?: string | undefined;
  origin(): string;
};

const catchUpSeconds = 30;
const sealSeconds = 5;

export async function openEvidenceRoom(options: EvidenceRoomOptions): Promise<EvidenceRoom> {
  const { store, evidence, keys, signer, acts, clock, real, mode, timeZone, spaceName, timestampUrl, timestampAnchors } = options;
  const own = await openOwnAuthority({ keys, real, name: spaceName });
  const authority = timestampUrl ? createOutsideAuthority({ url: timestampUrl }) : own;
  const log = createLog({ store, signer, authority, anchors: timestampUrl ? timestampAnchors : own.anchor, real });
  const publish = async (): Promise<void> => {
    await store.transaction((tx) => log.publish(tx));
    await log.timestamp();
  };
  const contents = createContents({ keys, real });
  const nextReference = createReferences({ clock, timeZone });
  const letters = createLetters({ store, evidence, contents, acts, signer, clock, timeZone, nextReference });
  const slips = createSlips({ letters, contents, clock });
  const intake = createIntake({ store, evidence, contents, acts, clock, nextReference });
  const documents = createDocuments({ store, evidence, contents, keys, acts, seals: options.seals, authority, clock, real, timeZone, nextReference });
  const signatures = createSignatures({ evidence, contents, acts, passkeys: options.passkeys, cards: options.cards, clock });
  const times = { proposalHours: options.proposalHours, reviewHours: options.reviewHours };
  const decisions = createDecisions({ store, clock, mode, times, nextReference });
  declareErasures({ decisions, evidence, acts });
  const catchUp = async (): Promise<void> => {
    await letters.expire();
    await decisions.expire();
  };
  await store.jobs.every("evidence.publish", options.headSeconds, publish);
  await store.jobs.every("evidence.catch-up", catchUpSeconds, catchUp);
  await store.jobs.every("evidence.seal-documents", sealSeconds, async () => void (await documents.sealDue()));
  const desk = { store, evidence, intake, decisions, acts };
  return {
    log,
    letters,
    intake,
    decisions,
    documents,
    papers: createPapers({ contents }),
    publish,
    catchUp,
    routes: [
      ...publicEvidenceRoutes({ store, origin: options.origin, spaceName, anchor: own.anchor }),
      ...letterRoutes({ store, letters, slips, acts, parties: options.parties, clock }),
      ...documentRoutes({ store, documents, signatures, parties: options.parties }),
      ...intakeRoutes(desk),
      ...decisionRoutes(desk),
    ],
  };
}

/** Erasing cannot be undone: two officers, a basis, never in an emergency. */
function declareErasures({ decisions, evidence, acts }: { decisions: Decisions; evidence: Evidence; acts: Acts }): void {
  const fileOf = async (from: Parameters<Acts["find"]>[0], reference: string | null | undefined): Promise<Id<"file">> => {
    const found = reference ? await acts.find(from, reference) : undefined;
    if (!found) throw evidenceErrors.refuse("evidence.no-file");
    return found.id;
  };
  decisions.on({
    kind: "evidence.erase-file",
    check: async (from, _facts, file) => void (await fileOf(from, file)),
    async execute(tx, { file_reference, clause, decided_by }) {
      await evidence.eraseFile(tx, await fileOf(tx, file_reference), { basis: clause, actor: decided_by ?? "" });
    },
  });
  decisions.on({
    kind: "evidence.erase-entry",
    async check(from, facts, file) {
      await fileOf(from, file);
      if (typeof facts.entry !== "number") throw evidenceErrors.refuse("evidence.no-entry", { params: { seq: 0 } });
    },
    async execute(tx, { file_reference, clause, decided_by, facts }) {
      await evidence.erase(tx, await fileOf(tx, file_reference), Number(facts.entry), { basis: clause, actor: decided_by ?? "" });
    },
  });
}
