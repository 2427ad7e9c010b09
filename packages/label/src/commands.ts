// `cercle label …`: the public list, and the check of a logo file without any server.
import type { Command } from "@cercle/kernel";
import type { PublicRow } from "./public/public-list.ts";

export const labelCommands: readonly Command[] = [
  {
    words: ["label", "list"],
    about: { fr: "montre la liste publique des logiciels labellisés", en: "shows the public list of labelled software" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/public/label.json" }),
    human: (rows) => (rows as PublicRow[]).map((row) => [row.product, row.version, row.level, row.holder, row.professions.join(", ")].join("  ")).join("\n"),
  },
  {
    words: ["label", "check"],
    about: {
      fr: "dit si un fichier de logo est intact et signé ; sa validité du jour se demande à sa page publique",
      en: "says whether a logo file is intact and signed; whether it is valid today is for its public page to say",
    },
    positions: ["FILE"],
    options: [
      { name: "trust", kind: "text", about: { fr: "ancres (PEM) auxquelles la signature doit mener", en: "anchors (PEM) that the signature must lead to" } },
    ],
    alone: true,
    async run(input, { readFile }) {
      const { checkMarkedFile } = await import("./logo/logo-mark.ts");
      const trust = input.text("trust");
      const anchors = trust ? Buffer.from(await readFile(trust)).toString("utf8") : undefined;
      return checkMarkedFile(await readFile(input.words[0] ?? ""), anchors);
    },
    human: (verdict) => JSON.stringify(verdict, undefined, 2),
  },
];
