// What proves.
export { type ChainedPart, digestContent, digestEntry, merkleRoot } from "./chain.ts";
export { evidenceErrors } from "./errors.ts";
export { createEvidence, type Evidence, type NewEntry, type NewTrace } from "./evidence.ts";
export { type ExportedEntry, type ExportedFile, erasureType, type Verdict, verifyFile } from "./verify.ts";

/** The room's migrations, for the program. */
export const evidenceMigrations = { room: "evidence", folder: new URL("../migrations", import.meta.url) };
