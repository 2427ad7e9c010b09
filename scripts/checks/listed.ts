// What code declares must be collected: an error, a text, a setting or an event that `apps/cercle/src/rooms.ts` does not list
// would be missing from the documentation, from `config check` and from the other checks.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rooms } from "../../apps/cercle/src/rooms.ts";
import { listSources } from "./sources.ts";

const declaring = /\bdefine(Errors|Texts|Settings)\s*\(/;
const key = /^\s*"([a-z][a-z0-9-]*\.[a-z0-9_.-]+)"\s*:/gm;
const event = /\bdefineEvent(?:<[^(]*>)?\(\s*"([^"]+)"/g;

/** Keys declared in the sources under `folder` that nobody lists. */
export function checkListed(folder: string, declared: typeof rooms = rooms): readonly string[] {
  const known = new Set<string>();
  for (const room of declared) {
    for (const name of Object.keys(room.settings ?? {})) known.add(name);
    for (const name of Object.keys(room.texts ?? {})) known.add(name);
    for (const catalogue of room.errors ?? []) for (const code of Object.keys(catalogue.declarations)) known.add(code);
    for (const { topic } of room.events ?? []) known.add(topic);
  }
  const problems: string[] = [];
  for (const file of listSources(folder)) {
    const text = readFileSync(join(folder, file), "utf8");
    const names = [...(declaring.test(text) ? text.matchAll(key) : []), ...text.matchAll(event)].map((match) => match[1] ?? "");
    for (const name of names) if (!known.has(name)) problems.push(`${file}: ${name} is declared and not listed in apps/cercle/src/rooms.ts`);
  }
  return problems;
}
