// Whether this data folder is that of an operator alone: `--rooms mail` says it once, the folder remembers, so that commands without a
// server open the same rooms.
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mailErrors, neededAlone } from "@cercle/mail";
import type { Configuration } from "./configuration.ts";
import { programErrors } from "./errors.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** The data folder exists. Throws `program.other-rooms` when it holds a whole space, `mail.alone-settings` when an operator alone lacks any. */
export async function runsAlone(configuration: Configuration): Promise<boolean> {
  const alone = await isAlone(configuration);
  // Before any key is made or database opened.
  const missing = alone ? neededAlone.filter((setting) => configuration.get<string>(setting) === "") : [];
  if (missing.length > 0) throw mailErrors.refuse("mail.alone-settings", { params: { settings: missing.join(", ") } });
  return alone;
}

async function isAlone({ get, dataFolder }: Configuration): Promise<boolean> {
  const place = join(dataFolder, "rooms");
  const known = (await readFile(place, "utf8").catch(() => "")).trim() === "mail";
  if (known || get<readonly string[]>("program.rooms").length === 0) return known;
  if (await exists(join(dataFolder, "born"))) throw programErrors.refuse("program.other-rooms", { params: { folder: dataFolder } });
  await writeFile(place, "mail\n", { mode: 0o600 });
  return true;
}
