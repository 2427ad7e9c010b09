// The key ceremony at the command line: opens the store and the vault of the folder, and no room.
import { join } from "node:path";
import { createEvidence } from "@cercle/evidence";
import { type CommandContext, type CommandInput, realClock } from "@cercle/kernel";
import { holdCeremony, openVault } from "@cercle/pki";
import { openStore } from "@cercle/store";
import { loadConfiguration } from "../configuration.ts";
import { allMigrations } from "../rooms.ts";
import { loadSpace } from "../space.ts";
import { openConfiguredKeys } from "../wire/pki-keys.ts";

/** Makes the keys and writes the minutes. Refuses when the ceremony was held before. */
export async function runCeremony(input: CommandInput, { writeFile }: CommandContext): Promise<unknown> {
  const configuration = loadConfiguration({ file: input.text("config") });
  const folder = configuration.dataFolder;
  const space = loadSpace(configuration.get<string>("program.space"));
  const store = await openStore({ folder, databaseUrl: configuration.get<string | undefined>("store.database_url"), rooms: allMigrations() });
  const vault = await openVault({ folder, masterKeyFile: configuration.get<string | undefined>("pki.master_key_file") });
  const evidence = createEvidence({ store, clock: realClock, real: realClock });
  const port = configuration.get<number>("pki.port");
  try {
    const opened = await openConfiguredKeys(configuration, vault);
    try {
      const minutes = await holdCeremony({
        vault,
        store,
        real: realClock,
        at: realClock.now(),
        name: space.name.fr,
        mode: configuration.get<"sandbox" | "live">("program.mode"),
        base: configuration.get<string | undefined>("pki.public_url") ?? `http://${configuration.get<string>("program.public_host")}:${port}`,
        keys: opened.keys,
        trace: (tx, trace) => evidence.trace(tx, { room: "pki", ...trace }),
        witnesses: input.list("witness"),
      });
      const out = input.text("out") ?? join(folder, "ceremony.json");
      await writeFile(out, `${JSON.stringify(minutes, null, 2)}\n`, 0o644);
      return { ...minutes, out };
    } finally {
      opened.close();
    }
  } finally {
    await store.close();
  }
}
