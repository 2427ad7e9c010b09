// `startCercle()` for the tests of other people's Node programs: a sandbox in this process, on free ports, gone at the end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runsAlone } from "./alone.ts";
import { loadConfiguration } from "./configuration.ts";
import { type RunningSpace, runSpace } from "./running-space.ts";
import { prepareSnapshot } from "./snapshot.ts";
import { readSpaceFile } from "./space-file.ts";
import { type Cercle, type StartOptions, startCercle as startRooms } from "./start.ts";

export type SandboxOptions = {
  /** A declarative file (`--space FILE` of the command line). */
  readonly spaceFile?: string;
  /** Settings by key, as in a configuration file; they win over the space file's. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Kept at the end when given; else a temporary folder that goes with the space. */
  readonly dataFolder?: string;
};

export type Sandbox = Pick<RunningSpace, "ask" | "reset" | "close" | "results" | "dataFolder"> & {
  /** Addresses by name: `portal`, `health`… */
  readonly addresses: Readonly<Record<string, string>>;
};

/** Starts a sandbox; the environment's `CERCLE_…` settings are not read, so that tests depend on what they say. */
export function startCercle(options?: SandboxOptions): Promise<Sandbox>;
/** Starts the rooms of a configuration read before, without a starting state. */
export function startCercle(options: StartOptions): Promise<Cercle>;
export function startCercle(options: SandboxOptions | StartOptions = {}): Promise<Sandbox | Cercle> {
  return "configuration" in options ? startRooms(options) : startSandbox(options);
}

async function startSandbox({ spaceFile, settings = {}, dataFolder }: SandboxOptions): Promise<Sandbox> {
  const folder = dataFolder ? resolve(dataFolder) : await mkdtemp(join(tmpdir(), "cercle-test-"));
  const clean = async (): Promise<void> => {
    if (!dataFolder) await rm(folder, { recursive: true, force: true });
  };
  try {
    const file = spaceFile ? readSpaceFile(spaceFile) : undefined;
    const overrides = { ...file?.settings, ...(file?.space ? { "program.space": file.space } : {}), ...settings };
    const configuration = loadConfiguration({ overrides, environment: { CERCLE_DATA: folder } });
    if (!configuration.get("store.database_url")) await prepareSnapshot(await runsAlone(configuration));
    const space = await runSpace({ configuration, file, portsAuto: true });
    return {
      dataFolder: folder,
      results: space.results,
      addresses: Object.fromEntries(space.rows.map((row) => [row.key, row.value])),
      ask: space.ask,
      reset: space.reset,
      async close() {
        await space.close();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}
