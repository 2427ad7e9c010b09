// A functional referential in the agency's own export shape: rows in, requirements out, or every reason why not. Pure.
import type { Language, Text } from "@cercle/kernel";

export type Requirement = {
  readonly profile: string;
  readonly chapter: string;
  readonly function: string;
  readonly id: string;
  readonly requirement: string;
  readonly scenario: string;
  readonly proof: string;
  readonly kind: "must" | "may";
  readonly level: "STD" | "AV";
  /** `homes-only`: rounds and mobile access, which a product for health centres does not cover (LAB 3.2). */
  readonly scope: "all" | "homes-only";
};

/** Columns of the export (segur-squash-plugins), and the names under which JSON carries them. */
const columns: readonly { readonly key: keyof Requirement; readonly names: readonly string[]; readonly required: boolean }[] = [
  { key: "profile", names: ["profil", "profile"], required: true },
  { key: "chapter", names: ["chapitre", "chapter"], required: true },
  { key: "function", names: ["fonction", "function"], required: true },
  { key: "id", names: ["id"], required: true },
  { key: "requirement", names: ["exigence", "requirement"], required: true },
  { key: "scenario", names: ["scenario de conformite", "scenario"], required: true },
  { key: "proof", names: ["preuve", "proof"], required: true },
  { key: "kind", names: ["categorie", "kind"], required: true },
  { key: "level", names: ["niveau", "level"], required: true },
  { key: "scope", names: ["perimetre", "scope"], required: false },
];

const words: Readonly<Record<"kind" | "level" | "scope", Readonly<Record<string, string>>>> = {
  kind: { "exigence (doit)": "must", doit: "must", must: "must", "preconisation (peut)": "may", peut: "may", may: "may" },
  level: { std: "STD", standard: "STD", av: "AV", avance: "AV", advanced: "AV" },
  scope: { "": "all", tous: "all", all: "all", "maisons seulement": "homes-only", maisons: "homes-only", "homes-only": "homes-only" },
};

const most = { rows: 2000, text: 4000, id: 60 };

export type Read = { readonly requirements: readonly Requirement[] } | { readonly problems: readonly Text[] };

const fold = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .trim()
    .toLowerCase();

/** Reads rows of cells under a line of titles. */
export function readRows(rows: readonly (readonly unknown[])[]): Read {
  const titles = (rows[0] ?? []).map((cell) => fold(String(cell ?? "")));
  const places = new Map(columns.map(({ key, names }) => [key, titles.findIndex((title) => names.includes(title))] as const));
  const absent = columns.filter(({ key, required }) => required && (places.get(key) ?? -1) < 0);
  if (absent.length > 0) return { problems: absent.map(({ names }) => ({ fr: `colonne « ${names[0]} » absente`, en: `column “${names.at(-1)}” missing` })) };
  return readObjects(
    rows
      .slice(1)
      .filter((row) => row.some((cell) => cell !== null && cell !== undefined && cell !== ""))
      .map((row) => Object.fromEntries([...places].map(([key, place]) => [key, place < 0 ? undefined : row[place]]))),
  );
}

/** Reads the same as objects (JSON). Nothing is kept when anything is wrong. */
export function readObjects(rows: readonly Readonly<Record<string, unknown>>[]): Read {
  const problems: Text[] = [];
  const tell = (line: number, fr: string, en: string): void => void problems.push({ fr: `ligne ${line} : ${fr}`, en: `line ${line}: ${en}` });
  if (rows.length === 0 || rows.length > most.rows) return { problems: [{ fr: `de 1 à ${most.rows} exigences`, en: `1 to ${most.rows} requirements` }] };
  const seen = new Map<string, number>();
  const requirements = rows.map((row, index) => {
    const line = index + 1;
    const cell = (key: keyof Requirement): string => {
      const value = row[key];
      return typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
    };
    const choice = (key: "kind" | "level" | "scope"): string => {
      const found = words[key][fold(cell(key))];
      if (found === undefined)
        tell(
          line,
          `« ${cell(key).slice(0, 40)} » : ${Object.keys(words[key]).filter(Boolean).join(", ")}`,
          `“${cell(key).slice(0, 40)}”: ${[...new Set(Object.values(words[key]))].join(", ")}`,
        );
      return found ?? "";
    };
    for (const { key, names, required } of columns)
      if (required && !(key in words) && (cell(key) === "" || cell(key).length > most.text))
        tell(line, `« ${names[0]} » manque ou est trop long`, `“${names.at(-1)}” is missing or too long`);
    const id = cell("id");
    if (id.length > most.id) tell(line, "identifiant trop long", "identifier too long");
    const before = seen.get(fold(id));
    if (id !== "" && before !== undefined)
      tell(line, `l’identifiant ${id} est déjà celui de la ligne ${before}`, `the identifier ${id} is already that of line ${before}`);
    seen.set(fold(id), line);
    return {
      ...Object.fromEntries(columns.map(({ key }) => [key, cell(key)])),
      kind: choice("kind"),
      level: choice("level"),
      scope: choice("scope"),
    } as Requirement;
  });
  return problems.length > 0 ? { problems } : { requirements };
}

/** The problems in one language, the first twenty. */
export function listProblems(problems: readonly Text[], language: Language): string {
  const shown = problems.slice(0, 20).map((problem) => problem[language]);
  return [...shown, ...(problems.length > shown.length ? [`… (${problems.length})`] : [])].join(" ; ");
}
