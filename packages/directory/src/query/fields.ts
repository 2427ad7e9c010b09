// What may be asked of each kind of entry: one table for FHIR, pages and LDAP. Each field says how its value is folded and
// where it lies; the compiler (`compile.ts`) makes SQL of it and nothing else can be asked.
import { foldName } from "@cercle/kernel";
import { toNationalId } from "../france/identifiers.ts";
import { snapshotSql, visible } from "../revisions.ts";

export type EntityName = "person" | "situation" | "structure" | "mailbox" | "address";

export type Field = {
  /** SQL of the value, on the entity's alias or on the alias of `via`. */
  readonly sql: string;
  /** How a searched value is written to meet the column. */
  readonly fold?: (value: string) => string;
  /** An instant of the row's revision: asked of the revisions, which are few. `also` selects keys whose published mailboxes came, changed or went in revisions `$in`. */
  readonly revision?: { readonly key: string; readonly also?: (revisions: string) => string };
  /** Few values, each of many entries. */
  readonly common?: boolean;
  /** The value lies in another table: `entity.key in (select key from …)`. */
  readonly via?: {
    readonly key: string;
    readonly table: string;
    readonly alias: string;
    readonly select: string;
    readonly where?: string /** The entry leads to one row of it at most. */;
    readonly single?: boolean;
  };
};

export type Entity = {
  readonly table: string;
  readonly alias: string;
  /** Column that orders and pages; unique among what a snapshot sees, but for `distinct`. */
  readonly key: string;
  readonly columns: string;
  /** What is shown with an entry and lies elsewhere, as columns on the alias: an answer is one statement. */
  readonly alongside: string;
  /** Searches by the beginning of these fields come in the order of an index, so that a page costs a page. */
  readonly orders?: Readonly<Record<string, readonly string[]>>;
  readonly distinct?: boolean;
  /** Always true of what is shown. */
  readonly where?: string;
  readonly fields: Readonly<Record<string, Field>>;
};

const lower = (value: string): string => value.trim().toLowerCase();
/** Of every search on mailboxes, whoever asks: the red list never takes part, not even in a count. */
const shown = "not m.red_list";

/** What changed when: the entry itself, or a mailbox shown on it. A mailbox of the red list tells nothing, here either. */
const revision = (alias: string, key: string, boxes?: { readonly select: string; readonly kinds: string }): Field => ({
  sql: `${alias}.rev_from`,
  revision: {
    key,
    ...(boxes
      ? {
          also: (revisions) =>
            `select ${boxes.select} from directory.mailbox m where ${shown} and m.kind in (${boxes.kinds}) and (${boxes.select}) is not null and (m.rev_from in (${revisions}) or m.rev_to in (${revisions}))`,
        }
      : {}),
  },
});
/** A personal mailbox is its person's, and its situation's when it names the structure; the others are their structure's. */
const mailboxOf = (key: string, select: string, kinds: string, sql: string, fold?: (value: string) => string): Field => ({
  sql,
  ...(fold ? { fold } : {}),
  via: { key, table: "directory.mailbox", alias: "m", select, where: `${shown} and m.kind in (${kinds})` },
});
const personal = "'PER', 'CAB'";
const collective = "'ORG', 'APP'";
const ofSituation = (key: string, sql: string, fold?: (value: string) => string): Field => ({
  sql,
  ...(fold ? { fold } : {}),
  via: { key, table: "directory.situation", alias: "s", select: "s.national_id" },
});
const ofStructure = (key: string, sql: string, fold?: (value: string) => string): Field => ({
  sql,
  ...(fold ? { fold } : {}),
  via: { key, table: "directory.structure", alias: "t", select: "t.structure_id", single: true },
});
const ofPerson = (key: string, sql: string, fold?: (value: string) => string): Field => ({
  sql,
  ...(fold ? { fold } : {}),
  via: { key, table: "directory.person", alias: "p", select: "p.national_id", single: true },
});

/** Separates the parts of a text that SQL gathers; no register writes it. */
export const unit = "\u001f";
const parts = (...columns: readonly string[]): string => columns.join(` || '${unit}' || `);
/** Mailboxes shown on an entry, one per line of text, after the last revision in which one of them came, changed or went. */
const boxesOf = (kinds: string, holder: string): string =>
  `(select max(greatest(m.rev_from, case when m.rev_to <= ${snapshotSql("current")} and m.rev_to <> ${snapshotSql("pending")} then m.rev_to end))::text
        || coalesce(string_agg(E'\\n' || ${parts("m.kind", "m.rank", "m.address", "m.service", "m.description")}, '' order by m.mailbox_id) filter (where ${visible("m")}), '')
      from directory.mailbox m
     where m.rev_from <= ${snapshotSql("current")} and m.rev_from <> ${snapshotSql("pending")} and ${shown} and m.kind in (${kinds}) and ${holder}) as boxes`;

const registers: Readonly<Record<Exclude<EntityName, "address">, Entity>> = {
  person: {
    table: "directory.person",
    alias: "p",
    key: "p.national_id",
    columns:
      "p.national_id, p.rev_from, p.source, p.id_type, p.identifier, p.family_name, p.given_name, p.civility_code, p.civility_label, p.exercise_civility_code, p.exercise_civility_label, p.active, p.test_person, p.exercises, p.family_folded, p.given_folded",
    alongside: `${boxesOf(personal, "m.national_id = p.national_id")},
      (select string_agg(d.record, E'\\n' order by d.record) from directory.diploma d where ${visible("d")} and d.national_id = p.national_id) as diplomas`,
    orders: {
      family: ["family_folded", "given_folded", "national_id"],
      given: ["given_folded", "family_folded", "national_id"],
    },
    fields: {
      id: { sql: "p.national_id", fold: toNationalId },
      number: { sql: "p.identifier" },
      id_type: { sql: "p.id_type", common: true },
      family: { sql: "p.family_folded", fold: foldName },
      given: { sql: "p.given_folded", fold: foldName },
      family_written: { sql: "p.family_name" },
      given_written: { sql: "p.given_name" },
      active: { sql: "p.active::text", common: true },
      profession: { ...ofSituation("p.national_id", "split_part(s.record, '|', 10)"), common: true },
      know_how: { ...ofSituation("p.national_id", "split_part(s.record, '|', 16)"), common: true },
      city: ofSituation(
        "p.national_id",
        "(select t.city_folded from directory.structure t where t.structure_id = s.structure_id and t.rev_to = 2147483647)",
        foldName,
      ),
      structure: ofSituation("p.national_id", "s.structure_id"),
      mailbox: mailboxOf("p.national_id", "m.national_id", personal, "m.address", lower),
      mailbox_kind: { ...mailboxOf("p.national_id", "m.national_id", personal, "m.kind"), common: true },
      updated: revision("p", "p.national_id", { select: "m.national_id", kinds: personal }),
    },
  },
  situation: {
    table: "directory.situation",
    alias: "s",
    key: "s.situation_id",
    columns: "s.situation_id, s.national_id, s.structure_id, s.rev_from, s.record",
    alongside: boxesOf(personal, "m.national_id = s.national_id and m.structure_id = s.structure_id"),
    distinct: true,
    where: "(s.structure_id is not null or split_part(s.record, '|', 18) <> '' or split_part(s.record, '|', 53) <> '' or split_part(s.record, '|', 55) <> '')",
    fields: {
      id: { sql: "s.situation_id", fold: lower },
      person: { sql: "s.national_id" },
      structure: { sql: "s.structure_id" },
      mode: { sql: "split_part(s.record, '|', 18)", common: true },
      role: { sql: "split_part(s.record, '|', 53)", common: true },
      kind: { sql: "split_part(s.record, '|', 55)", common: true },
      profession: { sql: "split_part(s.record, '|', 10)", common: true },
      mailbox: mailboxOf("(s.national_id, s.structure_id)", "m.national_id, m.structure_id", personal, "m.address", lower),
      mailbox_kind: { ...mailboxOf("(s.national_id, s.structure_id)", "m.national_id, m.structure_id", personal, "m.kind"), common: true },
      updated: revision("s", "(s.national_id, s.structure_id)", { select: "m.national_id, m.structure_id", kinds: personal }),
    },
  },
  structure: {
    table: "directory.structure",
    alias: "t",
    key: "t.structure_id",
    columns: "t.structure_id, t.rev_from, t.name, t.name_folded, t.legacy_id, t.finess, t.finess_legal, t.siret, t.siren, t.active, t.record",
    alongside: boxesOf(collective, "m.structure_id = t.structure_id"),
    orders: { name: ["name_folded", "structure_id"] },
    fields: {
      id: { sql: "t.structure_id" },
      legacy_id: { sql: "t.legacy_id" },
      finess: { sql: "t.finess" },
      siret: { sql: "t.siret" },
      siren: { sql: "t.siren" },
      legal: { sql: "t.finess_legal" },
      name: { sql: "t.name_folded", fold: foldName },
      name_written: { sql: "t.name" },
      city: { sql: "t.city_folded", fold: foldName },
      postal_code: { sql: "t.postal_code" },
      sector: { sql: "split_part(t.record, '|', 30)", common: true },
      active: { sql: "t.active::text", common: true },
      mailbox: mailboxOf("t.structure_id", "m.structure_id", collective, "m.address", lower),
      mailbox_kind: { ...mailboxOf("t.structure_id", "m.structure_id", collective, "m.kind"), common: true },
      updated: revision("t", "t.structure_id", { select: "m.structure_id", kinds: collective }),
    },
  },
  mailbox: {
    table: "directory.mailbox",
    alias: "m",
    key: "m.mailbox_id",
    columns:
      "m.mailbox_id, m.rev_from, m.source, m.address, m.kind, m.national_id, m.structure_id, m.service, m.description, m.paperless, m.rank, m.operator, m.record",
    alongside: `(select ${parts("p.family_name", "p.given_name", "p.identifier", "p.id_type", "p.exercises")} from directory.person p where ${visible("p")} and p.national_id = m.national_id) as holder,
      (select string_agg(${parts("b.structure_id", "coalesce(t.name, '')", "coalesce(split_part(t.record, '|', 19), '')")}, E'\\n' order by b.structure_id)
         from directory.mailbox b left join directory.structure t on t.structure_id = b.structure_id and ${visible("t")}
        where b.address = m.address and ${visible("b")} and not b.red_list and b.structure_id is not null) as places`,
    // What stands on someone who left is on no surface; its operator still sees it.
    // Looked up one by one: pages are short, and joins made the planner read everyone who left.
    where: `${shown}
      and coalesce((select h.active from directory.person h where h.national_id = m.national_id and ${visible("h")}), true)
      and (m.kind not in (${collective}) or coalesce((select h.active from directory.structure h where h.structure_id = m.structure_id and ${visible("h")}), true))`,
    fields: {
      id: { sql: "m.mailbox_id" },
      address: { sql: "m.address", fold: lower },
      kind: { sql: "m.kind", common: true },
      person: { sql: "m.national_id", fold: toNationalId },
      structure: { sql: "m.structure_id" },
      service: { sql: "m.service" },
      operator: { sql: "m.operator", common: true },
      family: ofPerson("m.national_id", "p.family_folded", foldName),
      given: ofPerson("m.national_id", "p.given_folded", foldName),
      number: ofPerson("m.national_id", "p.identifier"),
      profession: { ...ofSituation("m.national_id", "split_part(s.record, '|', 10)"), common: true },
      structure_name: ofStructure("m.structure_id", "t.name_folded", foldName),
      city: ofStructure("m.structure_id", "t.city_folded", foldName),
      updated: revision("m", "m.mailbox_id"),
    },
  },
};

export const entities: Readonly<Record<EntityName, Entity>> = {
  ...registers,
  // Extractions may say an address on several lines, one for each place: as an entry of a tree it is one.
  address: { ...registers.mailbox, key: "m.address", distinct: true },
};
