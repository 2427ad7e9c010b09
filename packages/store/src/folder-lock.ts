// One process per data folder. The lock lies outside the engine's own folder and names its holder;
// a lock whose holder is dead is taken over, one whose holder lives is never stolen.
import { mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { storeErrors } from "./errors.ts";

export type FolderLock = { release(): Promise<void> };

/** Takes the lock of a data folder, or throws `store.locked` with the process that has it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, "lock");
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const file = await open(path, "wx", 0o600);
      await file.writeFile(`${process.pid} ${await startOf(process.pid)}\n`);
      await file.close();
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const [pid = "", start = ""] = (await readFile(path, "utf8").catch(() => "")).trim().split(" ");
      if (pid !== "" && (await isAlive(Number(pid), start))) throw storeErrors.refuse("store.locked", { params: { folder, pid } });
      await rm(path, { force: true });
    }
  }
  throw storeErrors.refuse("store.locked", { params: { folder, pid: "?" } });
}

/** The start time of a process tells it from a later one with the same number (Linux; elsewhere unknown). */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "?";
}

async function isAlive(pid: number, start: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return start === "?" || (await startOf(pid)) === start;
}
