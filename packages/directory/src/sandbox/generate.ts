// Synthetic national extractions of any size, in the exact layout: valid keys, accents, hyphens, several situations, and rows
// that are dirty on demand. Each person comes from the seed and their own number, so a changed extraction differs only where told.
import { withLuhnKey } from "../france/identifiers.ts";
import { at, type LayoutName, layouts, separator } from "../france/layouts.ts";
import { labelledColumns, labelOf, listCodes } from "../france/nomenclatures.ts";
import { names } from "../france/words.ts";
import { fillValues } from "../record.ts";
import { createRandom, type Random } from "./random.ts";

export type GenerateOptions = {
  readonly rows: number;
  readonly seed: number;
  readonly layout?: LayoutName;
  /** 56, 52 or 48 for activities. */
  readonly columns?: number;
  /** Percentage of persons that differ from the extraction of the same seed without it. */
  readonly changed?: number;
  /** Percentage of rows with something wrong. */
  readonly dirty?: number;
};

const families = (
  "MARTIN BERNARD THOMAS PETIT ROBERT RICHARD DURAND DUBOIS MOREAU LAURENT SIMON MICHEL LEFEBVRE LEROY ROUX DAVID BERTRAND MOREL FOURNIER GIRARD BONNET DUPONT LAMBERT FONTAINE " +
  "ROUSSEAU VINCENT MULLER LEFEVRE FAURE ANDRE MERCIER BLANC GUERIN BOYER GARNIER CHEVALIER FRANCOIS LEGRAND GAUTHIER GARCIA PERRIN ROBIN CLEMENT MORIN NICOLAS HENRY ROUSSEL MATHIEU " +
  "D'ARC L'HOSTIS LE_GOFF DE_LA_TOUR N'GUYEN ÉTIENNE ŒUVRARD BÉRÉNGER"
)
  .split(" ")
  .map((name) => name.replaceAll("_", " "));
const given =
  "Élodie Zoé Inès Chloé Théo Noël François Jean-Pierre Marie-Hélène Anne-Sophie Loïc Maël Camille Jeanne Hugo Paul Louise Alice Gabriel Léo Raphaël Arthur Jules Adam Lucas Emma Jade Lina Rose Anna Mila Julia Romy Lou Nina Agathe Nadia Karim Yasmine Amina Chantal Gérard Hervé Benoît".split(
    " ",
  );
const syllables =
  "ba be bi bo bu ca co da de di do du fa fe ga gi la le li lo ma me mi mo na ne no pa pi po ra re ri ro sa se si so ta te ti to va ve vi".split(" ");
const places = "AU-BOIS SUR-MER LES-BAINS EN-PLAINE LE-VIEUX LA-FORÊT SAINT-JEAN D'ARMAGNAC".split(" ");
const streets = ["DU MOULIN", "DE LA RÉPUBLIQUE", "DES LILAS", "DE L'ÉGLISE", "VICTOR HUGO", "DU GÉNÉRAL LECLERC"];
const professions = ["60", "60", "60", "60", "10", "10", "10", "70", "70", "40", "21", "50", "35", "80", "91", "93"];
const specialities = ["SM26", "SM54", "SM54", "SM04", "SM40", "SM38", "SM42", "SM15"];

type Structure = Readonly<Record<number, string>>;

/** Header, then one line per row, each ended by the separator and a line feed. */
export function* generateExtraction(options: GenerateOptions): Generator<string> {
  const layout = layouts.find(({ name }) => name === (options.layout ?? "activity"));
  if (!layout) return;
  const columns = options.columns ?? layout.columns.length;
  yield `${layout.columns.slice(0, columns).join(separator)}${separator}\n`;
  let written = 0;
  for (let item = 0; written < options.rows; item++) {
    for (const values of person(options, item)) {
      if (written === options.rows) return;
      written += 1;
      const line = project(options.layout ?? "activity", values, item).slice(0, columns);
      yield `${dirty(options, line, written).join(separator)}${separator}\n`;
    }
  }
}

/** The lines of one person; none when the change removed them. */
function person({ seed, changed = 0 }: GenerateOptions, item: number): string[][] {
  const fate = createRandom(seed + 77, item);
  const differs = fate.next() * 100 < changed;
  const how = differs ? fate.below(4) : -1;
  if (how === 0) return [];
  const lines = makePerson(createRandom(seed, item), seed, item);
  const [first] = lines;
  if (how === 1 && first) first[at.familyName] = `${first[at.familyName]}-${pseudoName(fate, 2)}`;
  if (how === 1) for (const line of lines) line[at.familyName] = first?.[at.familyName] ?? "";
  if (how === 2 && first) first[at.role] = first[at.role] === "FON-35" ? "FON-43" : "FON-35";
  if (how === 2 && first) first[at.roleLabel] = labelOf("role", first[at.role] ?? "");
  if (how === 3 && first) lines.push(another(first, createRandom(seed + 5, item), seed));
  return lines;
}

function makePerson(random: Random, seed: number, item: number): string[][] {
  const profession = random.pick(professions);
  const physician = profession === "10";
  const formerRegister = random.next() < 0.04;
  const identifier = formerRegister ? withLuhnKey(String(90_000_000 + (item % 9_000_000)).slice(0, 8)) : withLuhnKey(String(1_000_000_000 + item));
  const idType = formerRegister ? "0" : "8";
  const woman = random.next() < 0.6;
  const knowHow = physician ? random.pick(specialities) : "";
  const category = random.next() < 0.03 ? "E" : "C";
  const base = {
    [at.idType]: idType,
    [at.identifier]: identifier,
    [at.nationalId]: `${idType}${identifier}`,
    [at.exerciseCivility]: physician || profession === "40" ? "DR" : "",
    [at.civility]: woman ? "MME" : "M",
    [at.familyName]: random.next() < 0.5 ? random.pick(families) : `${pseudoName(random, 3)}${random.next() < 0.08 ? `-${random.pick(families)}` : ""}`,
    [at.givenName]: random.pick(given),
    [at.profession]: profession,
    [at.category]: category,
    [at.knowHowType]: knowHow ? "S" : "",
    [at.knowHow]: knowHow,
  };
  const count = random.next() < 0.08 ? 0 : random.next() < 0.72 ? 1 : random.next() < 0.8 ? 2 : 3;
  if (count === 0) return [label(fillValues(base))];
  return Array.from({ length: count }, () => label(fillValues({ ...base, ...practice(random, profession, seed) })));
}

function practice(random: Random, profession: string, seed: number): Record<number, string> {
  const own = random.next() < 0.35;
  // A few large structures and many small ones.
  const structure = makeStructure(seed, Math.floor(random.next() ** 3 * 60_000));
  return {
    ...structure,
    [at.mode]: own ? "L" : "S",
    [at.kind]: "GENR01",
    [at.role]: own ? "" : random.pick(["FON-AU", "FON-AU", "FON-43", "FON-35"]),
    [at.section]: profession === "21" ? random.pick(["A", "D", "H"]) : "",
    [at.authority]: random.pick(["CNOM/CNOM/CNOM", "ARS/CPAM/CPAM", "ARS/ARS/ARS"]),
  };
}

/** The same person in one more place. */
function another(first: readonly string[], random: Random, seed: number): string[] {
  const identity = Object.fromEntries(first.slice(0, at.mode).map((value, i) => [i, value]));
  return label(fillValues({ ...identity, ...practice(random, first[at.profession] ?? "", seed), [at.role]: "FON-22" }));
}

function makeStructure(seed: number, item: number): Structure {
  const random = createRandom(seed + 1_000_003, item);
  const department = String(1 + random.below(95)).padStart(2, "0");
  const postalCode = random.next() < 0.004 ? random.pick(["L-1931", "B-1000", "CH-1204"]) : `${department}${String(random.below(900) + 100)}`;
  const city = `${pseudoName(random, 2)}${random.next() < 0.4 ? `-${random.pick(places)}` : ""}`;
  const large = item < 3000;
  const finess = withLuhnKey(`${department}${String(item).padStart(6, "0")}`);
  const siret = withLuhnKey(`${String(700_000_000 + item)}${"0001"}`);
  const sector = large ? "SA01" : random.pick(["SA05", "SA07", "SA08", "SA33", "SA52"]);
  const name = large ? `CH ${city}` : random.pick([`CABINET ${pseudoName(random, 3)}`, `PHARMACIE ${random.pick(places)}`, `MAISON DE SANTÉ ${city}`]);
  return {
    ...(large
      ? {
          [at.finess]: finess,
          [at.finessLegal]: withLuhnKey(`${department}${String(780_000 + (item % 100_000))}`),
          [at.structureId]: `F${finess}`,
          [at.legacyStructureId]: `1${finess}`,
        }
      : { [at.siret]: siret, [at.siren]: siret.slice(0, 9), [at.structureId]: `C${siret}`, [at.legacyStructureId]: `3${siret}` }),
    [at.name]: name,
    [at.streetNumber]: String(1 + random.below(140)),
    [at.streetType]: "R",
    [at.streetTypeLabel]: "Rue",
    [at.street]: random.pick(streets),
    [at.postalCode]: postalCode,
    [at.city]: city,
    [at.cedex]: `${postalCode} ${city}`,
    [at.department]: department,
    [at.phone]: `0${1 + random.below(5)}${String(random.below(100_000_000)).padStart(8, "0")}`,
    [at.sector]: sector,
  };
}

function label(values: string[]): string[] {
  for (const [from, to, list] of labelledColumns) values[to] = labelOf(list, values[from] ?? "");
  return values;
}

/** What the other three extractions say of the same line. */
function project(layout: LayoutName, values: readonly string[], item: number): string[] {
  if (layout === "activity") return [...values];
  const v = (position: number): string => values[position] ?? "";
  const head = [v(at.idType), v(at.identifier), v(at.nationalId), v(at.familyName), v(at.givenName)];
  if (layout === "know-how") return [...head, ...values.slice(at.profession, at.mode)];
  if (layout === "diploma") return [...head, "DE", "Diplôme d'Etat", `DE${v(at.profession)}`, `Diplôme d'Etat de ${v(at.professionLabel)}`, "", "", "", ""];
  const organisational = item % 7 === 0 && v(at.finess) !== "";
  const address = organisational ? `secretariat.${v(at.finess)}@hopital-${v(at.department)}.mssante.test` : `p${v(at.nationalId)}@exemple.mssante.test`;
  return [
    organisational ? "ORG" : "PER",
    address,
    ...(organisational ? ["", "", ""] : [v(at.idType), v(at.identifier), v(at.nationalId)]),
    v(at.finess) ? names.establishment : v(at.siret) ? names.site : "",
    v(at.finess) || v(at.siret),
    organisational ? "SECRETARIAT" : "",
    ...(organisational
      ? ["", "", "", "", "", "", "", "", ""]
      : [
          v(at.exerciseCivility),
          v(at.familyName),
          v(at.givenName),
          v(at.category),
          v(at.categoryLabel),
          v(at.profession),
          v(at.professionLabel),
          v(at.knowHow),
          v(at.knowHowLabel),
        ]),
    "O",
    v(at.name),
    v(at.brand),
    "",
    "",
    v(at.streetNumber),
    "",
    v(at.streetType),
    v(at.street),
    "",
    v(at.cedex),
    v(at.postalCode),
    v(at.department),
    "France",
  ];
}

function dirty({ dirty: percentage = 0, seed }: GenerateOptions, line: string[], row: number): string[] {
  if (percentage === 0) return line;
  const random = createRandom(seed + 31, row);
  if (random.next() * 100 >= percentage) return line;
  const how = random.below(3);
  if (how === 0) return line.slice(0, -2);
  if (how === 1) return [...line, "trop"];
  const broken = [...line];
  const key = broken[at.identifier] ?? "";
  broken[at.identifier] = `${key.slice(0, -1)}${(Number(key.at(-1)) + 1) % 10}`;
  return broken;
}

function pseudoName(random: Random, count: number): string {
  let name = "";
  for (let i = 0; i < count; i++) name += random.pick(syllables);
  return name.toUpperCase();
}

/** Codes the generator draws professions from, for those who check what they get. */
export const generatedProfessions: readonly string[] = listCodes("profession")
  .map(([code]) => code)
  .filter((code) => professions.includes(code));
