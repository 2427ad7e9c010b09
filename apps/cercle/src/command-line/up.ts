// `cercle up`: what `npm start` runs.
import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, statSync } from "node:fs";
import { access, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { type CommandContext, type CommandInput, type Language, say } from "@cercle/kernel";
import { ensureBuilt } from "@cercle/wallet";
import { renderUnicodeCompact } from "uqr";
import { runsAlone } from "../alone.ts";
import { type Configuration, loadConfiguration } from "../configuration.ts";
import { programErrors } from "../errors.ts";
import { type RunningSpace, runSpace } from "../running-space.ts";
import { prepareSnapshot } from "../snapshot.ts";
import { readSpaceFile, type SpaceFile } from "../space-file.ts";
import { spareMemoryOfStart } from "../spare-memory.ts";
import type { TableRow } from "../table.ts";
import { programTexts } from "../texts.ts";

/** Configuration of a start, and what the space file declares. `--space` takes a declarative file, a folder, or a name of ours. */
function readOptions(input: CommandInput): { configuration: Configuration; file: SpaceFile | undefined } {
  const mode = input.text("mode");
  const url = input.text("database-url");
  const space = input.text("space");
  const file = space?.endsWith(".json") && existsSync(space) && statSync(space).isFile() ? readSpaceFile(space) : undefined;
  const folder = file ? file.space : space;
  const configuration = loadConfiguration({
    file: input.text("config"),
    overrides: {
      ...file?.settings,
      ...(mode ? { "program.mode": mode } : {}),
      ...(url ? { "store.database_url": url } : {}),
      ...(folder ? { "program.space": folder } : {}),
      ...(input.text("rooms") === undefined ? {} : { "program.rooms": input.text("rooms")?.split(",") }),
      ...(input.flag("lan") ? lanSettings() : {}),
    },
  });
  return { configuration, file };
}

/** On the local network, on purpose: every address, HTTPS, the machine's own address as host name. */
function lanSettings(): Readonly<Record<string, unknown>> {
  const address = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (!address) throw programErrors.refuse("program.no-lan");
  return { "program.host": "0.0.0.0", "program.public_host": address, "program.tls": "authority" };
}

/** `cercle up`: starts the space and stays until it is told to stop. */
export async function runUp(input: CommandInput, { language, print, interrupted }: CommandContext): Promise<unknown> {
  const { configuration, file } = readOptions(input);
  if (input.flag("detach")) return detach(input, configuration);
  await mkdir(configuration.dataFolder, { recursive: true, mode: 0o700 });
  const alone = await runsAlone(configuration);
  if (!configuration.get("store.database_url")) await prepareSnapshot(alone);
  if (!alone) await ensureBuilt();
  const lost = new AbortController();
  const space = await runSpace({
    configuration,
    file,
    language,
    portsAuto: input.text("ports") === "auto",
    onLost: (error) => lost.abort(error),
  });
  const readyFile = input.text("ready-file");
  if (readyFile) await writeReadyFile(readyFile, space);
  print(describeRows(space.rows, language));
  const portal = space.rows.find((row) => row.key === "portal")?.value;
  if (input.flag("lan") && portal) print(renderUnicodeCompact(portal));
  print("ready");
  spareMemoryOfStart();
  await new Promise<void>((resolve) => {
    const stop = AbortSignal.any([interrupted, lost.signal]);
    if (stop.aborted) resolve();
    else stop.addEventListener("abort", () => resolve(), { once: true });
  });
  print(say(programTexts["program.stopping"], language));
  await space.close();
  if (lost.signal.aborted) throw lost.signal.reason;
  return undefined;
}

async function writeReadyFile(path: string, space: RunningSpace): Promise<void> {
  const rows = Object.fromEntries(space.rows.map((row) => [row.key, row.value]));
  const content = { pid: process.pid, data: space.dataFolder, ...rows, ...space.results };
  // Whoever waits for the file must never read half of it.
  await writeFile(`${path}.part`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.part`, path);
}

/** Starts `up` in a process of its own and returns once its ready file is there. What it says goes to `up.log`. */
async function detach(input: CommandInput, { dataFolder }: Configuration): Promise<unknown> {
  const ready = input.text("ready-file") ?? join(dataFolder, "ready.json");
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  await rm(ready, { force: true });
  const args = process.argv.slice(1).filter((word) => word !== "--detach");
  if (!input.text("ready-file")) args.push("--ready-file", ready);
  const place = join(dataFolder, "up.log");
  const log = openSync(place, "w", 0o600);
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  for (;;) {
    const exists = await access(ready).then(
      () => true,
      () => false,
    );
    if (exists) break;
    const code = await Promise.race([ended, new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 50))]);
    if (code !== undefined) {
      process.stderr.write(await readFile(place));
      process.exitCode = code ?? 1;
      return undefined;
    }
  }
  child.unref();
  return { pid: child.pid, ready_file: ready };
}

function describeRows(rows: readonly TableRow[], language: Language): string {
  const width = Math.max(...rows.map((row) => row.label[language].length));
  return rows.map((row) => `  ${row.label[language].padEnd(width)}  ${row.value}`).join("\n");
}
