// Runs one command: the program's own here, a room's through the API (a running server first, else the rooms in this process).
import { readFile, writeFile } from "node:fs/promises";
import type { Command, CommandContext, Language } from "@cercle/kernel";
import { roomCommands } from "../commands.ts";
import { askServer } from "../control-socket.ts";
import { findDataFolder } from "../data-folder.ts";
import type { Cercle } from "../start.ts";
import { describeCommand, describeCommands, parseCommandLine } from "./parse.ts";
import { programCommands } from "./program-commands.ts";
import { unwrapReply } from "./reply.ts";

export async function runCommandLine(args: readonly string[], language: Language): Promise<void> {
  const commands = [...programCommands, ...roomCommands];
  if (args.length === 0 || args[0] === "--help" || args[0] === "help") {
    console.log(describeCommands(commands, language));
    return;
  }
  const { command, input, json, help } = parseCommandLine(commands, args);
  if (help) {
    console.log(describeCommand(command, language));
    return;
  }
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  const asker = createAsker(language);
  const context: CommandContext = {
    language,
    json,
    ask: asker.ask,
    print: (text) => console.log(text),
    readFile: (path) => readFile(path),
    writeFile: (path, content, mode = 0o600) => writeFile(path, content, { mode }),
    interrupted: interrupted.signal,
  };
  try {
    await print(command, await command.run(input, context), json, language);
  } finally {
    await asker.close();
  }
}

async function print(command: Command, result: unknown, json: boolean, language: Language): Promise<void> {
  if (result === undefined) return;
  const text = json || !command.human ? JSON.stringify(result, null, json ? 0 : 2) : await command.human(result, language);
  if (text !== "") console.log(text);
}

/** Beside a running server its socket is asked; with none, the rooms start here, without listening. */
function createAsker(language: Language): { ask: CommandContext["ask"]; close(): Promise<void> } {
  let own: Cercle | undefined;
  return {
    async ask(request) {
      let reply = own ? undefined : await askServer(findDataFolder(), request, language);
      if (!reply) {
        own ??= await startHere();
        reply = await own.ask({ ...request, language });
      }
      return unwrapReply(reply, request);
    },
    close: async () => {
      await own?.close();
    },
  };
}

/** The rooms are loaded only where no server runs. */
async function startHere(): Promise<Cercle> {
  const [{ loadConfiguration }, { startCercle }] = await Promise.all([import("../configuration.ts"), import("../start.ts")]);
  return startCercle({ configuration: loadConfiguration({}), listen: false });
}
