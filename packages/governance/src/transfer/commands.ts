// `cercle file export`, `cercle file import`.
import type { Command } from "@cercle/kernel";
import { governanceErrors } from "../errors.ts";

type Result = { reference: string; from: { name: string; reference: string }; read_only: boolean; verdict: string; heads: number; erased: readonly number[] };

export const transferCommands: readonly Command[] = [
  {
    words: ["file", "export"],
    about: { fr: "écrit un dossier entier, signé", en: "writes a whole file, signed" },
    positions: ["REF"],
    options: [{ name: "out", kind: "text", about: { fr: "fichier à écrire (REF.json)", en: "file to write (REF.json)" } }],
    async run(input, { ask, writeFile }) {
      const reference = input.words[0] ?? "";
      const out = input.text("out") ?? `${reference}.json`;
      await writeFile(out, `${JSON.stringify(await ask({ method: "GET", path: `/api/files/${encodeURIComponent(reference)}/export` }))}\n`);
      return { out };
    },
    human: (result) => (result as { out: string }).out,
  },
  {
    words: ["file", "import"],
    about: { fr: "reçoit un dossier entier d’un autre espace, après l’avoir vérifié", en: "takes in a whole file of another space, once verified" },
    positions: ["FILE"],
    async run(input, { ask, readFile }) {
      const text = Buffer.from(await readFile(input.words[0] ?? "")).toString("utf8");
      let body: object;
      try {
        body = JSON.parse(text) as object;
      } catch (cause) {
        throw governanceErrors.refuse("governance.altered-envelope", { params: { reason: "not JSON" }, cause });
      }
      return ask({ method: "POST", path: "/api/files/imports", body });
    },
    human(result) {
      const { reference, from, read_only, verdict, heads, erased } = result as Result;
      const standing = read_only
        ? "lecture seule, autre opérateur / read only, another operator"
        : "même opérateur, le dossier continue / same operator, the file goes on";
      return `${reference} ← ${from.name} ${from.reference}\n${verdict}, ${heads} heads${erased.length > 0 ? `, ${erased.join(" ")} erased` : ""}\n${standing}`;
    },
  },
];
