// Wires the directory: registers, test people, what other rooms ask of it.
import { createDirectory, type Directory } from "@cercle/directory";
import type { House } from "../house.ts";

export async function startDirectory(house: House): Promise<Directory> {
  const directory = createDirectory({ store: house.store, mode: house.mode });
  await directory.start();
  house.onStop(() => directory.stop());
  house.addRoutes(directory.routes);
  return directory;
}
