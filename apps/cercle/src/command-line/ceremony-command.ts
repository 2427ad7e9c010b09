// `cercle pki ceremony`: held once, with the server stopped, before a live space starts for the first time.
import type { Command } from "@cercle/kernel";
import { programTexts } from "../texts.ts";

export const ceremonyCommand: Command = {
  words: ["pki", "ceremony"],
  about: { fr: "fait les clés des autorités devant témoins, et le procès-verbal", en: "makes the authorities’ keys before witnesses, and the minutes" },
  options: [
    { name: "witness", kind: "list", required: true, about: { fr: "noms des témoins, deux au moins", en: "names of the witnesses, at least two" } },
    { name: "out", kind: "text", required: true, about: { fr: "fichier du procès-verbal (JSON)", en: "file of the minutes (JSON)" } },
    { name: "config", kind: "text", about: programTexts["program.up.config"] },
  ],
  alone: true,
  run: async (input, context) => (await import("./run-ceremony.ts")).runCeremony(input, context),
  human: (result) => {
    const { authorities, out } = result as { authorities: { code: string; fingerprint_sha256: string }[]; out: string };
    return [...authorities.map(({ code, fingerprint_sha256 }) => `${code.padEnd(11)} ${fingerprint_sha256}`), out].join("\n");
  },
};
