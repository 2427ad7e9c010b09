// Registers of professionals and structures, mailbox publication.
export { createDirectory, type Directory } from "./directory.ts";
export { directoryErrors } from "./errors.ts";
export { personChanged, personGone } from "./events.ts";
export type { Activity, Coded, DirectoryNeeds, DirectoryPort, Exercise, Professional } from "./ports.ts";
export { directorySettings } from "./settings.ts";
export { directoryTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const directoryMigrations = { room: "directory", folder: new URL("../migrations", import.meta.url) };
