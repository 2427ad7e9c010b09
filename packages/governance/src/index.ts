// The files in use: rights, and the doors they open.
export type { GovernanceClock } from "./clock.ts";
export { governanceCommandErrors, governanceCommands } from "./commands.ts";
export type { Door, DoorStatus, Doors, OpenDoor } from "./doors.ts";
export { governanceErrors } from "./errors.ts";
export { clockMoved, rightChanged } from "./events.ts";
export type { CurrentRight, FileRow, Files } from "./files.ts";
export { createGovernance, type Governance } from "./governance.ts";
export type { Grant, Grants } from "./grants.ts";
export { refuseMissingRight } from "./missing-right.ts";
export { actorKey } from "./routes.ts";

/** The room's migrations, for the program. */
export const governanceMigrations = { room: "governance", folder: new URL("../migrations", import.meta.url) };
