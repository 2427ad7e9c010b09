// What stops the program, as one clear line: a refusal says it itself; a full disk, a folder that cannot be written and the
// unexpected are recognised here.
import { existsSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Refusal } from "@cercle/kernel";
import { programErrors } from "./errors.ts";

const nearlyNothing = 1 << 20;
const full = new Set(["ENOSPC", "EDQUOT", "53100"]);
const forbidden = new Set(["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"]);
/** Refusals that a full disk can be the reason of. */
const maybeFull = new Set(["store.damaged", "web.internal"]);

/** The refusal that an error amounts to. `folder` is the data folder. */
export function toFailure(error: unknown, folder: string): Refusal {
  const codes = chain(error).map((link) => String((link as { code?: unknown }).code ?? ""));
  if (error instanceof Refusal && !maybeFull.has(error.code)) return error;
  if (codes.some((code) => full.has(code)) || freeBytes(folder) < nearlyNothing) {
    return programErrors.refuse("program.disk-full", { params: { folder }, cause: error });
  }
  if (error instanceof Refusal) return error;
  const facts = chain(error).find((link) => forbidden.has(String((link as { code?: unknown }).code))) as { path?: string; code?: string } | undefined;
  if (facts) return programErrors.refuse("program.not-writable", { params: { path: facts.path ?? folder, reason: facts.code ?? "" }, cause: error });
  const problem = error instanceof Error ? (error.message.split("\n")[0] ?? error.name) : String(error);
  return programErrors.refuse("program.unexpected", { params: { problem }, cause: error });
}

function chain(error: unknown): readonly object[] {
  const links: object[] = [];
  for (let link = error; link !== null && typeof link === "object" && links.length < 8; link = (link as { cause?: unknown }).cause) links.push(link);
  return links;
}

function freeBytes(folder: string): number {
  let place = resolve(folder);
  while (!existsSync(place)) place = dirname(place);
  try {
    const { bavail, bsize } = statfsSync(place);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
