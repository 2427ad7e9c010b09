// The program's own commands: up, reset, config check, migrate.
import { type Command, say } from "@cercle/kernel";
import { openStore } from "@cercle/store";
import { checkConfiguration, listProblems, loadConfiguration } from "../configuration.ts";
import { programErrors } from "../errors.ts";
import { allMigrations } from "../rooms.ts";
import { programTexts } from "../texts.ts";
import { ceremonyCommand } from "./ceremony-command.ts";
import { init } from "./init.ts";
import { reset } from "./reset.ts";
import { up } from "./up.ts";

const configOption = { name: "config", kind: "text", about: programTexts["program.up.config"] } as const;

const configCheck: Command = {
  words: ["config", "check"],
  about: programTexts["program.config-check"],
  options: [configOption],
  alone: true,
  async run(input, { language }) {
    const { problems } = checkConfiguration({ file: input.text("config") });
    if (problems.length > 0) throw programErrors.refuse("program.bad-configuration", { params: { problems: listProblems(problems) } });
    return { valid: true, text: say(programTexts["program.config-good"], language) };
  },
  human: (result) => (result as { text: string }).text,
};

const migrateCommand: Command = {
  words: ["migrate"],
  about: programTexts["program.migrate"],
  options: [configOption],
  alone: true,
  async run(input) {
    const configuration = loadConfiguration({ file: input.text("config") });
    const store = await openStore({
      folder: configuration.dataFolder,
      databaseUrl: configuration.get<string | undefined>("store.database_url"),
      rooms: allMigrations(),
    });
    const applied = await store.query<{ room: string; name: string }>("select room, name from store.migration order by applied_at, room, name");
    await store.close();
    return applied;
  },
};

export const programCommands: readonly Command[] = [up, init, reset, configCheck, migrateCommand, ceremonyCommand];
