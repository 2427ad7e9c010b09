// The room's commands.
import type { Command } from "@cercle/kernel";
import { importCommands } from "./import-commands.ts";
import { peopleCommands } from "./people-commands.ts";

export const directoryCommands: readonly Command[] = [...peopleCommands, ...importCommands];
