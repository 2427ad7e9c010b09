// Mailboxes found by their holder's name come in the order of the names' index, so that a page of thousands costs a page: ordered
// by address, every one of them would have to be gathered first.
import type { Store } from "@cercle/store";
import { type Snapshot, visible } from "../revisions.ts";
import { type Condition, compileOnRow } from "./compile.ts";
import { entities } from "./fields.ts";
import type { MailboxRow } from "./rows.ts";

export type HolderWalk = {
  /** How many values a place has. */
  readonly length: number;
  /** `next` is the place to go on from. */
  page(
    store: Store,
    asked: { snapshot: Snapshot; after: readonly string[] | undefined; limit: number },
  ): Promise<{ rows: readonly MailboxRow[]; next: string | undefined }>;
};

const orders: Readonly<Record<string, readonly string[]>> = {
  family: ["family_folded", "given_folded", "national_id"],
  given: ["given_folded", "family_folded", "national_id"],
};
const last = "\u{10FFFF}";

/** Nothing when something else than the holder is asked for, or no name. */
export function byHolder(where: Condition): HolderWalk | undefined {
  const tests = compileOnRow("address", where, "directory.person");
  const names = tests && Object.entries(orders).find(([field]) => tests.fields.includes(field) && narrows(where, field))?.[1];
  if (!tests || !names) return undefined;
  const length = names.length + 1;
  /** Holders after a place, at most so many, each with its mailboxes or an empty row. */
  const statement = (after: readonly string[] | undefined, holders: number): { sql: string; params: readonly unknown[] } => {
    const params: unknown[] = [...tests.params];
    const bind = (value: unknown): string => `$${params.push(value) + 2}`;
    const place = after?.map(bind);
    const columns = (alias: string): string => names.map((column) => `${alias}.${column}`).join(", ");
    const { columns: own, alongside, where: shown } = entities.address;
    // An address of several holders is one entry: the first of those that are asked for.
    const sql = `with h as materialized (select ${columns("p")} from directory.person p
        where ${visible("p")} and p.active and ${tests.where}${place ? ` and (${columns("p")}) >= (${place.slice(0, -1)})` : ""} order by ${columns("p")} limit ${bind(holders)})
      select m.*, h.family_folded, h.given_folded, h.national_id as holder_id, ${alongside}
        from h left join lateral (select distinct on (m.address) ${own} from directory.mailbox m
          where m.national_id = h.national_id and ${visible("m")} and ${shown}${place ? ` and (${columns("h")}, m.address) > (${place})` : ""}
            and not exists (select 1 from directory.mailbox b where b.address = m.address and b.national_id < m.national_id and ${visible("b")} and not b.red_list
              and b.national_id in (select p.national_id from directory.person p where ${visible("p")} and p.active and ${tests.where}))
          order by m.address, m.mailbox_id) m on true
       order by ${columns("h")}, m.address`;
    return { sql, params };
  };
  return {
    length,
    async page(store, { snapshot, after, limit }) {
      const rows: Row[] = [];
      let place = after;
      for (;;) {
        const holders = limit + 1;
        const { sql, params } = statement(place, holders);
        const found = await store.query<Row>(sql, [snapshot.current, snapshot.pending, ...params]);
        rows.push(...found.filter((row) => row.address !== null));
        const end = found.at(-1);
        const complete = new Set(found.map((row) => row.holder_id)).size < holders;
        if (rows.length > limit || complete || !end) {
          const page = rows.slice(0, limit);
          return { rows: page as readonly MailboxRow[], next: rows.length > limit ? JSON.stringify(placeOf(page.at(-1), names)) : undefined };
        }
        place = [...placeOf(end, names).slice(0, -1), last];
      }
    },
  };
}

type Row = Omit<MailboxRow, "address"> & {
  readonly address: string | null;
  readonly holder_id: string;
  readonly family_folded: string;
  readonly given_folded: string;
};

function placeOf(row: Row | undefined, names: readonly string[]): readonly string[] {
  return [...names.map((name) => String(name === "national_id" ? row?.holder_id : row?.[name as "family_folded"])), String(row?.address)];
}

/** Whether everything that is found begins with a value in this field. */
export function narrows(where: Condition, field: string): boolean {
  if ("and" in where) return where.and.some((part) => narrows(part, field));
  return "field" in where && where.field === field && (where.is === "prefix" || where.is === "eq") && (where.value ?? "") !== "";
}
