// `cercle pki ceremony`: held once, with the server stopped, before a live space starts for the first time.
import { join } from "node:path";
import { createEvidence } from "@cercle/evidence";
import { type Command, realClock } from "@cercle/kernel";
import { holdCeremony, openVault } from "@cercle/pki";
import { openStore } from "@cercle/store";
import { loadConfiguration } from "../configuration.ts";
import { allMigrations } from "../rooms.ts";
import { loadSpace } from "../space.ts";
import { programTexts } from "../texts.ts";
import { openConfiguredKeys } from "../wire/pki-keys.ts";

export const ceremonyCommand: Command = {
  words: ["pki", "ceremony"],
  about: { fr: "fait les clés des autorités devant témoins, et le procès-verbal", en: "makes the authorities’ keys before witnesses, and the minutes" },
  options: [
    { name: "witness", kind: "list", required: true, about: { fr: "noms des témoins, deux au moins", en: "names of the witnesses, at least two" } },
    { name: "out", kind: "text", required: true, about: { fr: "fichier du procès-verbal (JSON)", en: "file of the minutes (JSON)" } },
    { name: "config", kind: "text", about: programTexts["program.up.config"] },
  ],
  alone: true,
  async run(input, { writeFile }) {
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
  },
  human: (result) => {
    const { authorities, out } = result as { authorities: { code: string; fingerprint_sha256: string }[]; out: string };
    return [...authorities.map(({ code, fingerprint_sha256 }) => `${code.padEnd(11)} ${fingerprint_sha256}`), out].join("\n");
  },
};
