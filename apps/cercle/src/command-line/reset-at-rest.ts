// The starting state of a space that does not run.
import { lockFolder } from "@cercle/store";
import { loadConfiguration } from "../configuration.ts";
import { programErrors } from "../errors.ts";
import { createSeedBox } from "../seed.ts";

/** Throws `program.no-reset` where no starting state was kept. */
export async function resetAtRest(): Promise<void> {
  const configuration = loadConfiguration({});
  const { dataFolder } = configuration;
  const box = createSeedBox({ folder: dataFolder, databaseUrl: configuration.get<string | undefined>("store.database_url") });
  // Only what was kept as a starting state is ever put back: a folder without one may be somebody's live data.
  if (configuration.get<string>("program.mode") !== "sandbox" || !(await box.exists())) throw programErrors.refuse("program.no-reset");
  const lock = await lockFolder(dataFolder);
  try {
    await box.restore();
  } finally {
    await lock.release();
  }
}
