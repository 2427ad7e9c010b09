// `cercle package verify`: whether a distributed copy is still what the agency signed; no server is needed.
import type { Command } from "@cercle/kernel";

export const distributionCommands: readonly Command[] = [
  {
    words: ["package", "verify"],
    about: {
      fr: "dit si une copie du paquet porte encore la signature et le contenu de l’agence",
      en: "says whether a copy of the package still carries the agency’s signature and content",
    },
    positions: ["FILE"],
    options: [
      { name: "signature", kind: "text", required: true, about: { fr: "le fichier de signature", en: "the signature file" } },
      { name: "trust", kind: "text", about: { fr: "ancres (PEM) auxquelles la signature doit mener", en: "anchors (PEM) that the signature must lead to" } },
    ],
    alone: true,
    async run(input, { readFile }) {
      const { checkPackage } = await import("./versions.ts");
      const trust = input.text("trust");
      const anchors = trust ? Buffer.from(await readFile(trust)).toString("utf8") : undefined;
      const signature = Buffer.from(await readFile(input.text("signature") ?? "")).toString("utf8");
      return checkPackage(await readFile(input.words[0] ?? ""), signature, anchors);
    },
    human: (found) => JSON.stringify(found),
  },
];
