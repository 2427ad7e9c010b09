// Where everything of a space lies: `CERCLE_DATA`, else `.cercle` in the working folder. No setting can move it: commands find a running
// space by it, without reading its configuration.
import { resolve } from "node:path";

export function findDataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return resolve(environment.CERCLE_DATA ?? ".cercle");
}
