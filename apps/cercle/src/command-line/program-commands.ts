// The program's own commands: up, reset, config check, migrate.
import { spawn } from "node:child_process";
import { access, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, type CommandInput, type Language, say } from "@cercle/kernel";
import { openStore } from "@cercle/store";
import { type Configuration, checkConfiguration, listProblems, loadConfiguration } from "../configuration.ts";
import { askServer } from "../control-socket.ts";
import { programErrors } from "../errors.ts";
import { allMigrations } from "../rooms.ts";
import { prepareSnapshot } from "../snapshot.ts";
import { type Cercle, startCercle } from "../start.ts";
import type { TableRow } from "../table.ts";
import { programTexts } from "../texts.ts";

const configOption = { name: "config", kind: "text", about: programTexts["program.up.config"] } as const;

function configurationOf(input: CommandInput): Configuration {
  const mode = input.text("mode");
  const url = input.text("database-url");
  const space = input.text("space-folder");
  return loadConfiguration({
    file: input.text("config"),
    overrides: { ...(mode ? { "program.mode": mode } : {}), ...(url ? { "store.database_url": url } : {}), ...(space ? { "program.space": space } : {}) },
  });
}

const up: Command = {
  words: ["up"],
  about: programTexts["program.up"],
  options: [
    { name: "mode", kind: "text", about: programTexts["program.up.mode"] },
    configOption,
    { name: "database-url", kind: "text", about: programTexts["program.up.database-url"] },
    { name: "ports", kind: "text", about: programTexts["program.up.ports"] },
    { name: "ready-file", kind: "text", about: programTexts["program.up.ready-file"] },
    { name: "detach", kind: "flag", about: programTexts["program.up.detach"] },
  ],
  async run(input, { language, print, interrupted }) {
    if (input.flag("detach")) return detach(input);
    const configuration = configurationOf(input);
    if (!configuration.get("store.database_url")) await prepareSnapshot();
    const cercle = await startCercle({ configuration, portsAuto: input.text("ports") === "auto" });
    const readyFile = input.text("ready-file");
    if (readyFile) await writeReadyFile(readyFile, cercle);
    print(describeRows(cercle.rows, language));
    print("ready");
    await new Promise<void>((resolve) => {
      if (interrupted.aborted) resolve();
      else interrupted.addEventListener("abort", () => resolve(), { once: true });
    });
    print(say(programTexts["program.stopping"], language));
    await cercle.close();
    return undefined;
  },
};

async function writeReadyFile(path: string, cercle: Cercle): Promise<void> {
  const content = { pid: process.pid, data: cercle.dataFolder, ...Object.fromEntries(cercle.rows.map((row) => [row.key, row.value])) };
  // Whoever waits for the file must never read half of it.
  await writeFile(`${path}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.part`, path);
}

/** Starts `up` in a process of its own and returns once its ready file is there. */
async function detach(input: CommandInput): Promise<unknown> {
  const configuration = configurationOf(input);
  const ready = input.text("ready-file") ?? join(configuration.dataFolder, "ready.json");
  await rm(ready, { force: true });
  const args = process.argv.slice(1).filter((word) => word !== "--detach");
  if (!input.text("ready-file")) args.push("--ready-file", ready);
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  for (;;) {
    const exists = await access(ready).then(
      () => true,
      () => false,
    );
    if (exists) break;
    const code = await Promise.race([ended, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50))]);
    // The child has already said why on standard error.
    if (code !== undefined) {
      process.exitCode = code ?? 1;
      return undefined;
    }
  }
  child.unref();
  return { pid: child.pid, ready_file: ready };
}

const reset: Command = {
  words: ["reset"],
  about: programTexts["program.reset"],
  async run(_input, { language }) {
    const configuration = loadConfiguration({});
    if (await askServer(configuration.dataFolder, { method: "GET", path: "/api/clock" }, language)) throw programErrors.refuse("program.running");
    for (const name of ["database", "keys", "ca.pem", "lock", "control.sock"]) await rm(join(configuration.dataFolder, name), { recursive: true, force: true });
    return undefined;
  },
};

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
    const configuration = configurationOf(input);
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

export const programCommands: readonly Command[] = [up, reset, configCheck, migrateCommand];

function describeRows(rows: readonly TableRow[], language: Language): string {
  const width = Math.max(...rows.map((row) => row.label[language].length));
  return rows.map((row) => `  ${row.label[language].padEnd(width)}  ${row.value}`).join("\n");
}
