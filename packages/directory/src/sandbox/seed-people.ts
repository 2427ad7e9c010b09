// The ten test people: the cases that break clients. Their identifiers are stable, pass their keys, and belong to nobody.

type Seed = {
  readonly id: string;
  /** The identifier this person was first known by. */
  readonly before?: string;
  readonly family_name: string;
  readonly given_name: string;
  readonly birth_name?: string;
  readonly civility?: string;
  readonly exercise_civility?: string;
  readonly profession?: string;
  readonly category?: string;
  readonly know_how_type?: string;
  readonly know_how?: string;
  readonly situations?: readonly Readonly<Record<string, string>>[];
};

const hospital = {
  finess: "990000010",
  finess_legal: "990000002",
  legacy_structure_id: "1990000010",
  name: "HOPITAL D'ESSAI DU CERCLE",
  street_number: "10",
  street: "DE PARIS",
  postal_code: "75009",
  city: "PARIS",
  sector: "SA01",
  authority: "CNOM/CNOM/ARS",
};

export const seedPeople: readonly Seed[] = [
  // Two situations: in private practice and in hospital.
  {
    id: "899700000013",
    family_name: "LEMOINE",
    given_name: "JEANNE",
    civility: "MME",
    exercise_civility: "DR",
    profession: "10",
    category: "C",
    know_how_type: "S",
    know_how: "SM26",
    situations: [
      {
        mode: "L",
        sector: "SA07",
        kind: "GENR01",
        structure_id: "R99700000001",
        legacy_structure_id: "499700000001001",
        name: "CABINET DU DR LEMOINE",
        street_number: "1",
        street: "NOIR",
        postal_code: "75009",
        city: "PARIS",
        authority: "CNOM/CNOM/CNOM",
      },
      { mode: "S", kind: "GENR01", ...hospital },
    ],
  },
  // No situation.
  { id: "899700000021", family_name: "GARNIER", given_name: "PAUL", civility: "M", profession: "60", category: "C" },
  // Student.
  {
    id: "899700000039",
    family_name: "BENALI",
    given_name: "INES",
    civility: "MME",
    profession: "10",
    category: "E",
    situations: [{ mode: "S", role: "FON-48", kind: "GENR01", ...hospital }],
  },
  // Pharmacist with a section of the order.
  {
    id: "899700000047",
    family_name: "PERRIN",
    given_name: "HUGO",
    civility: "M",
    exercise_civility: "DR",
    profession: "21",
    category: "C",
    situations: [
      {
        mode: "L",
        sector: "SA33",
        section: "A",
        role: "FON-03",
        kind: "GENR01",
        finess: "990000028",
        name: "PHARMACIE D'ESSAI",
        street_number: "4",
        street: "DE LA REPUBLIQUE",
        postal_code: "69002",
        city: "LYON",
        authority: "CNOP/CNOP/CNOP",
      },
    ],
  },
  // Psychologist: a title of use, not in the list of professions any more.
  {
    id: "899700000054",
    family_name: "VIDAL",
    given_name: "CLAIRE",
    civility: "MME",
    profession: "93",
    category: "C",
    situations: [{ mode: "S", kind: "GENR01", ...hospital }],
  },
  // Staff of a structure, known by the structure's identifier and an internal number.
  {
    id: "3990000010/CPET00001",
    family_name: "ROUSSEL",
    given_name: "MARC",
    civility: "M",
    situations: [{ mode: "S", ...hospital }],
  },
  // EDIT identifier.
  {
    id: "ANS20251103094512",
    family_name: "FAURE",
    given_name: "SANDRA",
    civility: "MME",
    profession: "80",
    category: "C",
    situations: [{ mode: "L", sector: "SA07", kind: "GENR01", siret: "99000000100018", name: "CABINET FAURE", postal_code: "33000", city: "BORDEAUX" }],
  },
  // Accents and apostrophes, as some registers keep them.
  {
    id: "899700000062",
    family_name: "D'ARC-L'HÉRAULT",
    given_name: "Élodie",
    birth_name: "ŒUVRARD",
    civility: "MME",
    exercise_civility: "MME",
    profession: "50",
    category: "C",
    situations: [
      {
        mode: "L",
        sector: "SA08",
        kind: "GENR01",
        siret: "99000000200016",
        name: "SAGES-FEMMES DE L'ÎLE",
        street: "DE L'ÉGLISE",
        postal_code: "29990",
        city: "ÎLE-DE-SEIN",
        authority: "CNOSF/CNOSF/CNOSF",
      },
    ],
  },
  // A foreign postcode.
  {
    id: "899700000070",
    family_name: "MEYER",
    given_name: "LUKAS",
    civility: "M",
    exercise_civility: "DR",
    profession: "40",
    category: "C",
    situations: [
      {
        mode: "L",
        sector: "SA07",
        kind: "GENR01",
        structure_id: "R99700000007",
        name: "CABINET MEYER",
        postal_code: "L-1931",
        city: "LUXEMBOURG",
        country_label: "Luxembourg",
      },
    ],
  },
  // The number changed: the former one still finds this person.
  {
    id: "899700000088",
    before: "899700000096",
    family_name: "CHEVALIER",
    given_name: "NADIA",
    civility: "MME",
    profession: "70",
    category: "C",
    situations: [{ mode: "S", kind: "GENR01", ...hospital }],
  },
];
