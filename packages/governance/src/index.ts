// The files in use: rights, and the doors they open.
export { type Access, actsOf, agencyRoles, fileReaders, isAgency, isController, partyOf, type SeenFile } from "./access.ts";
export { actorKey } from "./actor-key.ts";
export type { GovernanceClock } from "./clock.ts";
export { governanceCommandErrors } from "./commands.ts";
export { playOperator } from "./demonstration/demo-operator.ts";
export { demoErrors, playProvider } from "./demonstration/demo-provider.ts";
export { beginStory, type Played, type Stage, type Story, type Told } from "./demonstration/demo-story.ts";
export { governanceErrors } from "./errors.ts";
export { clockMoved, rightChanged, termsAnnounced } from "./events.ts";
export { readRegister } from "./files/file-routes.ts";
export { buildFileView, type EntryView, type FileView, type ForecastView, type ObligationView } from "./files/file-view.ts";
export type { CurrentRight, FileRow, Files } from "./files/files.ts";
export { irreversibleActs, isIrreversible, urgentActs } from "./files/irreversible.ts";
export { listWork, type WorkRow } from "./files/obligations.ts";
export type { Figures } from "./files/statistics.ts";
export { createGovernance, type Governance } from "./governance.ts";
export { openHooks } from "./hooks/room.ts";
export { traceControllers } from "./parties/mandate-routes.ts";
export type { Parties, PartyRow } from "./parties/parties.ts";
export type { Reach } from "./parties/reach.ts";
export type { Door, DoorStatus, Doors, OpenDoor } from "./rights/doors.ts";
export type { Grant, Grants } from "./rights/grants.ts";
export { refuseMissingRight } from "./rights/missing-right.ts";
export { governanceSettings } from "./settings.ts";
export type { ArticleChange, Run } from "./terms/difference.ts";
export { type TermsDocument, termsSchema } from "./terms/document.ts";
export type { PublishedTerms, Terms } from "./terms/terms.ts";
export { transferRoutes } from "./transfer/routes.ts";
export { createTransfer } from "./transfer/transfer.ts";

/** The room's migrations, for the program. */
export const governanceMigrations = { room: "governance", folder: new URL("../migrations", import.meta.url) };
