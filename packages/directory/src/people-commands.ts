// `cercle people [--add]`, `people add`, `people edit`, `people remove`, `people import-userinfo`.
import type { Command, CommandInput, CommandOption, Text } from "@cercle/kernel";
import { directoryErrors } from "./errors.ts";
import { names } from "./france/words.ts";
import type { PersonSummary } from "./sandbox/people.ts";
import { parseSituation } from "./sandbox/person-input.ts";
import { parseUserinfo } from "./sandbox/userinfo.ts";

const text = (name: string, fr: string, en: string): CommandOption => ({ name, kind: "text", about: { fr, en } });

const traits: readonly CommandOption[] = [
  text("family-name", "nom d’exercice", "professional family name"),
  text("given-name", "prénom d’exercice", "professional given name"),
  text("birth-name", "nom de naissance", "birth name"),
  text("civility", "M ou MME", "M or MME"),
  text("exercise-civility", "DR, PR…", "DR, PR…"),
  text("profession", "code profession (10 médecin, 60 infirmier…)", "profession code (10 physician, 60 nurse…)"),
  text("category", "C civil, E étudiant, F fonctionnaire, M militaire", "C civil, E student, F civil servant, M military"),
  text("know-how-type", "type de savoir-faire (S…)", "type of know-how (S…)"),
  text("know-how", "savoir-faire (SM26…)", "know-how (SM26…)"),
  text("situation", "mode=S,sector=SA01,name=… ; à répéter pour plusieurs", "mode=S,sector=SA01,name=…; repeat for several"),
];
const identifier: readonly CommandOption[] = [
  text("id", `${names.person}, structure/numéro, ou ANS…`, `${names.person}, structure/number, or ANS…`),
  text("rpps", `${names.person} à 11 chiffres`, `11-digit ${names.person}`),
];

function bodyOf(input: CommandInput, situations: "situations" | "add_situations"): Record<string, unknown> {
  const entries = [...traits, ...identifier].flatMap(({ name }) => {
    const value = name === "situation" ? undefined : input.text(name);
    return value === undefined ? [] : [[name === "rpps" ? "id" : name.replaceAll("-", "_"), value] as const];
  });
  const given = input.list("situation").map(parseSituation);
  return { ...Object.fromEntries(entries), ...(given.length > 0 ? { [situations]: given } : {}) };
}

const add: Command["run"] = (input, { ask }) => {
  const body = bodyOf(input, "situations");
  return ask({ method: "POST", path: "/api/people", body: { id: input.words[0], ...body } });
};

function line(person: PersonSummary): string {
  const places = person.situations
    .map((situation) => `${situation.profession_label || situation.profession} · ${situation.structure || situation.mode}`)
    .join(" ; ");
  return `${person.id.padEnd(24)} ${person.family_name} ${person.given_name}${person.active ? "" : " (×)"}${places ? `  ${places}` : ""}`;
}
const one = (result: unknown): string => line(result as PersonSummary);
const place = (id: string | undefined): string => `/api/people/${encodeURIComponent(id ?? "")}`;
const removed: Text = { fr: "quitte les registres : ne restent que ses identifiants, inactifs", en: "leaves the registers: identifiers stay, inactive" };

export const peopleCommands: readonly Command[] = [
  {
    words: ["people"],
    about: { fr: "liste les personnes de test", en: "lists test people" },
    options: [{ name: "add", kind: "flag", about: { fr: "en ajoute une", en: "adds one" } }, ...identifier, ...traits],
    run: (input, context) => (input.flag("add") ? add(input, context) : context.ask({ method: "GET", path: "/api/people" })),
    human: (result) => (Array.isArray(result) ? (result as PersonSummary[]).map(line).join("\n") : one(result)),
  },
  {
    words: ["people", "add"],
    about: { fr: "ajoute une personne de test", en: "adds a test person" },
    options: [...identifier, ...traits],
    run: add,
    human: one,
  },
  {
    words: ["people", "edit"],
    positions: ["ID"],
    about: { fr: "modifie une personne de test ; --rpps change son numéro", en: "changes a test person; --rpps changes the number" },
    options: [...identifier, ...traits, { name: "replace-situations", kind: "flag", about: { fr: "remplace les situations", en: "replaces the situations" } }],
    run: (input, { ask }) => {
      const replace = input.flag("replace-situations");
      const body = bodyOf(input, replace ? "situations" : "add_situations");
      return ask({ method: "PATCH", path: place(input.words[0]), body: replace && !body.situations ? { ...body, situations: [] } : body });
    },
    human: one,
  },
  {
    words: ["people", "remove"],
    positions: ["ID"],
    about: removed,
    run: (input, { ask }) => ask({ method: "DELETE", path: place(input.words[0]) }),
  },
  {
    words: ["people", "import-userinfo"],
    positions: ["FILE"],
    about: { fr: "ajoute la personne d’une réponse userinfo de Pro Santé Connect", en: "adds the person of a Pro Santé Connect userinfo reply" },
    async run(input, { ask, readFile }) {
      let content: unknown;
      try {
        content = JSON.parse(Buffer.from(await readFile(input.words[0] ?? "")).toString("utf8"));
      } catch (cause) {
        throw directoryErrors.refuse("directory.bad-userinfo", { params: { file: input.words[0] ?? "" }, cause });
      }
      return ask({ method: "POST", path: "/api/people", body: parseUserinfo(content) });
    },
    human: one,
  },
];
