// Processes that a test started, known by a mark in their environment (Linux; elsewhere none are seen).
import { existsSync, readdirSync, readFileSync } from "node:fs";

export type MarkedProcess = { readonly pid: number; readonly command: string };

/** Every other living process whose environment carries `mark`. */
export function findMarked(mark: string): readonly MarkedProcess[] {
  const numbers = (existsSync("/proc") ? readdirSync("/proc") : []).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return numbers.flatMap((name) => {
    try {
      if (!readFileSync(`/proc/${name}/environ`, "latin1").includes(mark)) return [];
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return command === "" ? [] : [{ pid: Number(name), command }];
    } catch {
      return []; // Gone meanwhile, or another user's.
    }
  });
}

/** Ends them at once; one that has gone meanwhile is no fault. */
export function endAll(processes: readonly MarkedProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone meanwhile.
    }
  }
}
