// `cercle clock`, `cercle evidence export|verify`.
import { type ExportedFile, verifyFile } from "@cercle/evidence";
import { type Command, defineErrors } from "@cercle/kernel";

const commandErrors = defineErrors({
  "governance.bad-clock-target": {
    status: 400,
    text: { fr: "Donnez une date (2027-03-01) ou une durée (+P6M).", en: "Give a date (2027-03-01) or a duration (+P6M)." },
  },
  "governance.altered-evidence": {
    status: 409,
    text: { fr: "La preuve est altérée à l’entrée {seq} : {reason}.", en: "The evidence is altered at entry {seq}: {reason}." },
  },
});
export const governanceCommandErrors = commandErrors;

const clockLine = (result: unknown): string => (result as { now: string }).now;

export const governanceCommands: readonly Command[] = [
  {
    words: ["clock", "show"],
    about: { fr: "montre l’horloge de gouvernance", en: "shows the governance clock" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/clock" }),
    human: clockLine,
  },
  {
    words: ["clock", "set"],
    about: { fr: "avance l’horloge d’un bac à sable", en: "moves the clock of a sandbox forward" },
    positions: ["DATE|+P6M"],
    run(input, { ask }) {
      const target = input.words[0] ?? "";
      const body = /^\+P/.test(target)
        ? { by: target.slice(1) }
        : /^\d{4}-\d\d-\d\d$/.test(target)
          ? { at: `${target}T00:00:00Z` }
          : /^\d{4}-\d\d-\d\dT/.test(target)
            ? { at: target }
            : undefined;
      if (!body) throw commandErrors.refuse("governance.bad-clock-target");
      return ask({ method: "PUT", path: "/api/clock", body });
    },
    human: clockLine,
  },
  {
    words: ["clock", "reset"],
    about: { fr: "remet l’horloge à l’heure réelle", en: "puts the clock back to real time" },
    run: (_input, { ask }) => ask({ method: "DELETE", path: "/api/clock" }),
    human: clockLine,
  },
  {
    words: ["evidence", "export"],
    about: { fr: "écrit la preuve d’un dossier", en: "writes the proof file of a file" },
    options: [
      { name: "file", kind: "text", required: true, about: { fr: "référence du dossier", en: "reference of the file" } },
      { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
    ],
    async run(input, { ask, writeFile }) {
      const proof = await ask({ method: "GET", path: `/api/files/${encodeURIComponent(input.text("file") ?? "")}/evidence` });
      const out = input.text("out") ?? "";
      await writeFile(out, `${JSON.stringify(proof, null, 2)}\n`);
      return { out };
    },
    human: (result) => (result as { out: string }).out,
  },
  {
    words: ["evidence", "verify"],
    about: { fr: "vérifie une preuve, sans serveur", en: "verifies a proof file, without a server" },
    positions: ["FILE"],
    alone: true,
    async run(input, { readFile }) {
      const verdict = verifyFile(JSON.parse(Buffer.from(await readFile(input.words[0] ?? "")).toString("utf8")) as ExportedFile);
      if (verdict.verdict === "altered") throw commandErrors.refuse("governance.altered-evidence", { params: { seq: verdict.first, reason: verdict.reason } });
      return verdict;
    },
    human: (result) => (result as { verdict: string }).verdict,
  },
];
