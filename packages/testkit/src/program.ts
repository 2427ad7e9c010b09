// The program as its user starts it: a process of its own, free ports, a data folder of its own.
import { spawn } from "node:child_process";
import { cp, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type TestFolder, temporaryFolder } from "./store.ts";

const main = resolve(import.meta.dirname, "../../../apps/cercle/src/main.ts");

export type Run = { readonly code: number | null; readonly out: string; readonly err: string };
type Environment = Readonly<Record<string, string | undefined>>;

/** Runs one `cercle` command to its end, in English unless told. `data` is the data folder. */
export function runCommand(data: string, args: readonly string[], environment: Environment = {}): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, CERCLE_DATA: data, LANG: "en_US.UTF-8", LC_ALL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => {
    out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  return new Promise((done) => child.on("close", (code) => done({ code, out, err })));
}

export type TestProgram = {
  readonly pid: number;
  readonly data: string;
  /** The ready file: addresses and credentials by key. */
  readonly ready: Readonly<Record<string, string>>;
  run(args: readonly string[], environment?: Environment): Promise<Run>;
  /** Asks it to stop (SIGTERM unless told) and waits for its end; the folder goes with it unless it was the caller's. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts `cercle up --ports auto` and waits until it is ready. Rejects with what it said when it ends before. */
export async function startProgram({
  data,
  args = [],
  environment = {},
  inside = (command, words) => [command, words],
  fresh = false,
}: {
  data?: string;
  args?: readonly string[];
  environment?: Environment;
  /** Nothing prepared: authorities made here name this program's own addresses for their lists. */
  fresh?: boolean;
  /** Rewrites the command line, for a program that runs in a namespace. */
  inside?: (command: string, args: readonly string[]) => readonly [string, readonly string[]];
} = {}): Promise<TestProgram> {
  const folder: TestFolder | undefined = data ? undefined : await temporaryFolder();
  const place = data ?? folder?.path ?? "";
  // Making keys and seeding take seconds: a plain sandbox starts on a copy of what the run prepared, as on its second start.
  const prepared = process.env.TEST_PREPARED_DATA;
  if (folder && prepared && !fresh && args.length === 0 && Object.keys(environment).length === 0) await cp(prepared, place, { recursive: true });
  const file = join(place, "ready.json");
  const child = spawn(...inside(process.execPath, [main, "up", "--ports", "auto", "--ready-file", file, ...args]), {
    env: { ...process.env, CERCLE_DATA: place, LANG: "en_US.UTF-8", LC_ALL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const ended = new Promise<number | null>((done) => child.on("close", (code) => done(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (/^ready$/m.test(said)) resolve();
    });
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    void ended.then(async (code) => {
      await folder?.remove();
      reject(new Error(`cercle up ended with ${code} before it was ready:\n${said}`));
    });
  });
  return {
    pid: child.pid ?? 0,
    data: place,
    ready: JSON.parse(await readFile(file, "utf8")),
    run: (words, more = {}) => runCommand(place, words, { ...environment, ...more }),
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      const code = await ended;
      await folder?.remove();
      return code;
    },
  };
}

/** Makes the data folder of a plain sandbox, started once and stopped, for `startProgram` to copy; answers the folder. */
export async function prepareData(data: string): Promise<string> {
  const program = await startProgram({ data });
  await program.stop();
  return data;
}
