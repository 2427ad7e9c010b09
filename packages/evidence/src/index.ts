// What proves.
export { type ChainedPart, digestContent, digestEntry, merkleRoot } from "./chain.ts";
export type { DecisionKind, DecisionRow, Decisions, NewDecision } from "./decisions.ts";
export { evidenceErrors } from "./errors.ts";
export { decisionMade, entryRecorded, headPublished, intakeReceived, letterWaiting } from "./events.ts";
export { createEvidence, type Evidence, type NewTrace } from "./evidence.ts";
export { type HeadStatement, type Leaf, type PublishedHead, verifyGrowth, verifyLeaf, verifySignedHead } from "./heads.ts";
export type { Intake, NewIntake, Tie } from "./intake.ts";
export type { Letters, NewLetter } from "./letters/letters.ts";
export type { NewEntry, Rectification } from "./new-entry.ts";
export { checkPapers, type KeptPaper, type Paper, type Papers } from "./papers.ts";
export type { AcceptedChannels, Acts, Keys, Parties, Seals, Signer, SignerPort, SigningCards, SigningPasskeys } from "./ports.ts";
export { type EvidenceRoom, openEvidenceRoom } from "./room.ts";
export { evidenceSettings } from "./settings.ts";
export { type StatementCheck, signStatement, verifyStatement } from "./signed.ts";
export { evidenceTexts } from "./texts.ts";
export { buildTimestampRequest, type TimestampVerdict, verifyTimestamp } from "./timestamp.ts";
export { type ExportedEntry, type ExportedFile, erasureType, rectificationType, type Trust, type Verdict, verifyFile } from "./verify.ts";
export { lookAtHead, type Watched } from "./watch.ts";

/** The room's migrations, for the program. */
export const evidenceMigrations = { room: "evidence", folder: new URL("../migrations", import.meta.url) };
