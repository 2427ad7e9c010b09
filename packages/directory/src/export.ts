// Publishing what the registers hold in the layouts of the national extractions: one snapshot, a page at a time. The red list
// is not in it.
import type { Store } from "@cercle/store";
import { at, type LayoutName, layouts, separator } from "./france/layouts.ts";
import { names } from "./france/words.ts";
import { mailboxAt } from "./import/targets.ts";
import type { MailboxRow, StructureRow } from "./query/rows.ts";
import type { Search } from "./query/search.ts";
import { parseRecord, structureValues, type Values } from "./record.ts";
import { readSnapshot, type Snapshot, visible } from "./revisions.ts";

const pageSize = 500;

/** Header, then lines in chunks. */
export async function* exportExtraction({ store, search }: { store: Store; search: Search }, name: LayoutName): AsyncGenerator<string> {
  const layout = layouts.find((one) => one.name === name);
  if (!layout) return;
  yield `${layout.columns.join(separator)}${separator}\n`;
  const snapshot = await readSnapshot(store);
  const entity = name === "mailbox" ? "mailbox" : "person";
  let after: string | undefined;
  do {
    const page = await search.search({ entity, where: { and: [] }, limit: pageSize, after, snapshot });
    const lines =
      name === "mailbox"
        ? await mailboxLines(store, search, page.rows as readonly MailboxRow[], snapshot)
        : await personLines(
            store,
            name,
            (page.rows as readonly { national_id: string }[]).map((row) => row.national_id),
            snapshot,
          );
    if (lines.length > 0) yield `${lines.join(`${separator}\n`)}${separator}\n`;
    after = page.next;
  } while (after !== undefined);
}

async function personLines(store: Store, name: Exclude<LayoutName, "mailbox">, ids: readonly string[], snapshot: Snapshot): Promise<readonly string[]> {
  const table = { activity: "situation", "know-how": "know_how", diploma: "diploma" }[name];
  const rows = await store.query<{ record: string }>(
    `select x.record from directory.${table} x where ${visible("x")} and x.national_id = any($3::text[]) order by x.national_id, x.record`,
    [snapshot.current, snapshot.pending, ids],
  );
  return rows.map((row) => row.record);
}

/** A line an extraction gave goes out as it came; an operator's is made of the registers. */
async function mailboxLines(store: Store, search: Search, rows: readonly MailboxRow[], snapshot: Snapshot): Promise<readonly string[]> {
  const own = rows.filter((row) => row.record === "");
  const structures = await search.listBy(
    "structure",
    "id",
    own.flatMap((row) => row.structure_id ?? []),
    snapshot,
  );
  const people = await store.query<{ national_id: string; record: string }>(
    `select distinct on (s.national_id) s.national_id, s.record from directory.situation s where ${visible("s")} and s.national_id = any($3::text[]) order by s.national_id, s.record`,
    [snapshot.current, snapshot.pending, own.flatMap((row) => row.national_id ?? [])],
  );
  return rows.map((row) =>
    row.record !== ""
      ? row.record
      : buildMailboxLine(
          row,
          people.find((one) => one.national_id === row.national_id)?.record,
          structures.find((one) => one.structure_id === row.structure_id),
        ),
  );
}

function buildMailboxLine(row: MailboxRow, person: string | undefined, structure: StructureRow | undefined): string {
  const who: Values = person ? parseRecord(person) : [];
  const where: Values = structure ? structureValues(structure.record) : [];
  const [w, s] = [(position: number): string => who[position] ?? "", (position: number): string => where[position] ?? ""];
  const values = new Array<string>(31).fill("");
  const set = (given: Readonly<Record<number, string>>): void => {
    for (const [position, value] of Object.entries(given)) values[Number(position)] = value.replace(/[|\r\n]/g, " ");
  };
  set({
    [mailboxAt.kind]: row.kind,
    [mailboxAt.address]: row.address,
    [mailboxAt.idType]: w(at.idType),
    [mailboxAt.identifier]: w(at.identifier),
    [mailboxAt.nationalId]: row.national_id ?? "",
    [mailboxAt.structureIdType]: structure ? (structure.finess ? names.establishment : structure.siret ? names.site : "") : "",
    [mailboxAt.structureId]: structure ? structure.finess || structure.siret || structure.structure_id : "",
    [mailboxAt.service]: row.service,
    [mailboxAt.civility]: w(at.exerciseCivility),
    [mailboxAt.familyName]: w(at.familyName),
    [mailboxAt.givenName]: w(at.givenName),
    [mailboxAt.category]: w(at.category),
    [mailboxAt.categoryLabel]: w(at.categoryLabel),
    [mailboxAt.profession]: w(at.profession),
    [mailboxAt.professionLabel]: w(at.professionLabel),
    [mailboxAt.knowHow]: w(at.knowHow),
    [mailboxAt.knowHowLabel]: w(at.knowHowLabel),
    [mailboxAt.paperless]: row.paperless,
    [mailboxAt.structureName]: structure?.name ?? "",
    [mailboxAt.brand]: s(at.brand),
    [mailboxAt.streetNumber]: s(at.streetNumber),
    [mailboxAt.streetType]: s(at.streetType),
    [mailboxAt.street]: s(at.street),
    [mailboxAt.cedex]: s(at.cedex),
    [mailboxAt.postalCode]: s(at.postalCode),
    [mailboxAt.department]: s(at.department),
    [mailboxAt.country]: s(at.countryLabel),
  });
  return values.join(separator);
}
