// The room's commands. What they import is loaded at every command of `cercle`: nothing of the servers.
import type { Command } from "@cercle/kernel";
import { custodyCommands } from "./custody/custody-commands.ts";
import { mailboxCommands } from "./mailboxes/mailbox-commands.ts";
import { operatorCommands } from "./sandbox/operator-commands.ts";
import { transferCommands } from "./transfer/transfer-commands.ts";
import { watchingCommands } from "./watching/watching-commands.ts";

export const mailCommands: readonly Command[] = [...mailboxCommands, ...operatorCommands, ...watchingCommands, ...transferCommands, ...custodyCommands];
