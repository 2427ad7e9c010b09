// The starting state of a sandbox, kept so that `cercle reset` brings it back in a moment: a copy of the data folder, and on
// PostgreSQL a template database beside the real one.
import { constants } from "node:fs";
import { access, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Json, Refusal } from "@cercle/kernel";
import { restoreTemplate, saveTemplate } from "@cercle/store";
import { programErrors } from "./errors.ts";

/** What belongs to the process at work, not to the state. */
const passing = new Set(["seed", "lock", "control.sock", "ready.json", "up.log", "seeding", "resetting"]);

export type Seed = { readonly results: Readonly<Record<string, Json[]>> /** False where PostgreSQL let no template be made. */; readonly restorable: boolean };

export type SeedBox = {
  exists(): Promise<boolean>;
  /** What an interrupted first start left is erased, since nobody has used it yet; an interrupted reset is done again. */
  clearInterrupted(): Promise<void>;
  begin(): Promise<void>;
  /** The store must be at rest (closed, or held by `hold`). */
  save(results: Seed["results"]): Promise<void>;
  restore(): Promise<void>;
  /** Copies ahead what the next `restore` will need. */
  prepare(): Promise<void>;
  read(): Promise<Seed>;
};

const there = (path: string): Promise<boolean> =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );

export function createSeedBox({ folder, databaseUrl }: { folder: string; databaseUrl: string | undefined }): SeedBox {
  const place = join(folder, "seed");
  const marker = join(folder, "seeding");
  const resetting = join(folder, "resetting");
  const state = async (): Promise<readonly string[]> => (await readdir(folder).catch(() => [])).filter((name) => !passing.has(name));
  const read = async (): Promise<Seed> => JSON.parse(await readFile(join(place, "seed.json"), "utf8")) as Seed;
  // The next copy is made while nobody waits for it; a reset then only renames.
  const draft = join(place, "next");
  const prepared = join(place, "next-is-whole");
  let preparing: Promise<void> | undefined;
  const prepareOnce = async (): Promise<void> => {
    if (await there(prepared)) return;
    await rm(draft, { recursive: true, force: true });
    await copy(join(place, "data"), draft);
    await writeFile(prepared, "");
  };
  const prepare = (): Promise<void> => {
    preparing ??= prepareOnce().finally(() => {
      preparing = undefined;
    });
    return preparing;
  };
  const restore = async (): Promise<void> => {
    if (!(await read()).restorable) throw programErrors.refuse("program.no-reset");
    await writeFile(resetting, "");
    if (databaseUrl) await restoreTemplate(databaseUrl);
    await prepare();
    await rm(prepared, { force: true });
    for (const name of await state()) await rm(join(folder, name), { recursive: true, force: true });
    for (const name of await readdir(draft)) await rename(join(draft, name), join(folder, name));
    await rm(draft, { recursive: true, force: true });
    await rm(resetting, { force: true });
  };
  return {
    read,
    restore,
    prepare,
    exists: () => there(join(place, "seed.json")),
    async clearInterrupted() {
      if (await there(resetting)) return restore();
      if (!(await there(marker))) return;
      for (const name of [...(await state()), "seed"]) await rm(join(folder, name), { recursive: true, force: true });
      if (databaseUrl) await restoreTemplate(databaseUrl, { empty: true });
      await rm(marker, { force: true });
    },
    async begin() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(marker, "");
    },
    async save(results) {
      await rm(place, { recursive: true, force: true });
      await mkdir(join(place, "data"), { recursive: true, mode: 0o700 });
      for (const name of await state()) await copy(join(folder, name), join(place, "data", name));
      const restorable = databaseUrl === undefined || (await saveTemplate(databaseUrl).then(() => true, refusedTemplate));
      // Written last: a seed without it does not count.
      await writeFile(join(place, "seed.json"), JSON.stringify({ results, restorable }), { mode: 0o600 });
      await rm(marker, { force: true });
    },
  };
}

/** A database account that may create none can use a sandbox, without resets. */
function refusedTemplate(error: unknown): boolean {
  if (error instanceof Refusal && error.code === "store.no-template") return false;
  throw error;
}

function copy(from: string, to: string): Promise<void> {
  // Copy-on-write where the file system has it.
  return cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE, preserveTimestamps: true });
}
