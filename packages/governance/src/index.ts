// The files in use: rights, and the doors they open.
export { type Access, actsOf, agencyRoles, fileReaders, isAgency, isController, partyOf, type SeenFile } from "./access.ts";
export { actorKey } from "./actor-key.ts";
export type { GovernanceClock } from "./clock.ts";
export { governanceCommandErrors, governanceCommands } from "./commands.ts";
export { playOperator } from "./demo-operator.ts";
export { demoErrors, playProvider } from "./demo-provider.ts";
export { beginStory, type Played, type Stage, type Story, type Told } from "./demo-story.ts";
export type { Door, DoorStatus, Doors, OpenDoor } from "./doors.ts";
export { governanceErrors } from "./errors.ts";
export { clockMoved, rightChanged } from "./events.ts";
export { readRegister } from "./file-routes.ts";
export { buildFileView, type EntryView, type FileView, type ForecastView, type ObligationView } from "./file-view.ts";
export type { CurrentRight, FileRow, Files } from "./files.ts";
export { createGovernance, type Governance } from "./governance.ts";
export type { Grant, Grants } from "./grants.ts";
export { openHooks } from "./hooks/room.ts";
export { irreversibleActs, isIrreversible, urgentActs } from "./irreversible.ts";
export { traceControllers } from "./mandate-routes.ts";
export { refuseMissingRight } from "./missing-right.ts";
export { listWork, type WorkRow } from "./obligations.ts";
export type { Parties, PartyRow } from "./parties.ts";
export type { Reach } from "./reach.ts";
export { governanceSettings } from "./settings.ts";
export type { Figures } from "./statistics.ts";
export { transferRoutes } from "./transfer/routes.ts";
export { createTransfer } from "./transfer/transfer.ts";

/** The room's migrations, for the program. */
export const governanceMigrations = { room: "governance", folder: new URL("../migrations", import.meta.url) };
