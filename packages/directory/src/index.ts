// Registers of professionals and structures, mailbox publication.
import type { Command } from "@cercle/kernel";
import { importCommands } from "./import-commands.ts";
import { peopleCommands } from "./people-commands.ts";

export { createDirectory, type Directory } from "./directory.ts";
export { directoryErrors } from "./errors.ts";
export { personChanged, personGone } from "./events.ts";
export type { Activity, Coded, DirectoryNeeds, DirectoryPort, Exercise, Professional } from "./ports.ts";
export { directorySettings } from "./settings.ts";
export { directoryTexts } from "./texts.ts";

export const directoryCommands: readonly Command[] = [...peopleCommands, ...importCommands];

/** The room's migrations, for the program. */
export const directoryMigrations = { room: "directory", folder: new URL("../migrations", import.meta.url) };
