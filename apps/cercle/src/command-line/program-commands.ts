// The program's own commands: up, init, reset, config check, migrate, pki ceremony. What they need of the rooms is loaded when they run.
import { type Command, say } from "@cercle/kernel";
import { programErrors } from "../errors.ts";
import { programTexts } from "../texts.ts";
import { ceremonyCommand } from "./ceremony-command.ts";
import { init } from "./init.ts";
import { reset } from "./reset.ts";

const configOption = { name: "config", kind: "text", about: programTexts["program.up.config"] } as const;

const up: Command = {
  words: ["up"],
  about: programTexts["program.up"],
  options: [
    { name: "mode", kind: "text", about: programTexts["program.up.mode"] },
    configOption,
    { name: "database-url", kind: "text", about: programTexts["program.up.database-url"] },
    { name: "space", kind: "text", about: programTexts["program.up.space"] },
    { name: "rooms", kind: "text", about: programTexts["program.up.rooms"] },
    { name: "ports", kind: "text", about: programTexts["program.up.ports"] },
    { name: "lan", kind: "flag", about: programTexts["program.up.lan"] },
    { name: "ready-file", kind: "text", about: programTexts["program.up.ready-file"] },
    { name: "detach", kind: "flag", about: programTexts["program.up.detach"] },
  ],
  run: async (input, context) => (await import("./up.ts")).runUp(input, context),
};

const configCheck: Command = {
  words: ["config", "check"],
  about: programTexts["program.config-check"],
  options: [configOption],
  alone: true,
  async run(input, { language }) {
    const { checkConfiguration, listProblems } = await import("../configuration.ts");
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
    const [{ loadConfiguration }, { runsAlone }, { openStore }, { allMigrations }] = await Promise.all([
      import("../configuration.ts"),
      import("../alone.ts"),
      import("@cercle/store"),
      import("../rooms.ts"),
    ]);
    const configuration = loadConfiguration({ file: input.text("config") });
    const store = await openStore({
      folder: configuration.dataFolder,
      databaseUrl: configuration.get<string | undefined>("store.database_url"),
      rooms: allMigrations(await runsAlone(configuration)),
    });
    const applied = await store.query<{ room: string; name: string }>("select room, name from store.migration order by applied_at, room, name");
    await store.close();
    return applied;
  },
};

export const programCommands: readonly Command[] = [up, init, reset, configCheck, migrateCommand, ceremonyCommand];
