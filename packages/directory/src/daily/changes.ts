// What changed and when: a change log of persons, structures and mailboxes, page after page, and the history of one entry.
import type { Temporal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { directoryErrors } from "../errors.ts";
import { open } from "../revisions.ts";

export const changeKinds = ["person", "structure", "mailbox"] as const;
export type ChangeKind = (typeof changeKinds)[number];
export type Change = { readonly revision: number; readonly at: Temporal.Instant; readonly id: string; readonly change: "written" | "gone" };
export type Version = { readonly from: Temporal.Instant; readonly to: Temporal.Instant | null; readonly [column: string]: unknown };

export type Changes = {
  /** Changes after a place (`revision:id`), in the order they became visible. */
  list(kind: ChangeKind, after: string | undefined, limit: number): Promise<{ changes: readonly Change[]; next: string | undefined }>;
  /** Versions of one entry, oldest first. A mailbox of the red list is its operator's business and not told. */
  history(kind: "person" | "mailbox", id: string): Promise<readonly Version[]>;
  /** Removes closed rows that no page, delta or history asks for any more. Answers how many. */
  purge(before: Temporal.Instant): Promise<number>;
};

const gone = { person: "not x.active", structure: "not x.active", mailbox: "false" } as const;
const keys = { person: "national_id", structure: "structure_id", mailbox: "mailbox_id" } as const;
const shown = { person: "true", structure: "true", mailbox: "not x.red_list" } as const;
const tables = ["person", "situation", "structure", "know_how", "diploma", "mailbox"];

export function createChanges(store: Store): Changes {
  return {
    async list(kind, after, limit) {
      const [revision, id] = readPlace(after);
      const key = keys[kind];
      const written = `select x.rev_from as revision, x.${key} as id, case when ${gone[kind]} then 'gone' else 'written' end as change
         from directory.${kind} x where (x.rev_from, x.${key}) > ($1::int, $2::text) and ${shown[kind]} order by x.rev_from, x.${key} limit $3`;
      // Mailboxes are closed without a last version; the others leave one.
      const closed = `select x.rev_to as revision, x.${key} as id, 'gone' as change
         from directory.${kind} x where x.rev_to <> ${open} and (x.rev_to, x.${key}) > ($1::int, $2::text) and ${shown[kind]}
          and not exists (select 1 from directory.${kind} y where y.${key} = x.${key} and y.rev_from = x.rev_to and not y.red_list)
        order by x.rev_to, x.${key} limit $3`;
      const rows = await store.query<Change>(
        `select c.revision, r.visible_at as at, c.id, c.change
           from (${kind === "mailbox" ? `(${written}) union all (${closed})` : written}) c
           join directory.revision r on r.number = c.revision and r.visible_at is not null
          order by c.revision, c.id, c.change limit $3`,
        [revision, id, limit],
      );
      const last = rows.at(-1);
      return { changes: rows, next: last && rows.length === limit ? `${last.revision}:${last.id}` : undefined };
    },
    history(kind, id) {
      const columns =
        kind === "person"
          ? "x.national_id, x.family_name, x.given_name, x.active, x.exercises"
          : "x.address, x.kind, x.national_id, x.structure_id, x.service, x.description, x.operator";
      const where = kind === "person" ? "x.national_id = $1" : "x.address = $1 and not x.red_list";
      return store.query<Version>(
        `select f.visible_at as from, t.visible_at as to, ${columns} from directory.${kind} x
           join directory.revision f on f.number = x.rev_from and f.visible_at is not null
           left join directory.revision t on t.number = x.rev_to and t.visible_at is not null
          where ${where} order by x.rev_from limit 500`,
        [id],
      );
    },
    async purge(before) {
      const last = await store.first<{ number: number | null }>("select max(number) as number from directory.revision where visible_at < $1", [before]);
      if (!last?.number) return 0;
      const size = store.engine === "embedded" ? 500 : 20_000;
      let removed = 0;
      for (const table of tables) {
        for (;;) {
          const count = await store.run(
            `delete from directory.${table} where ctid = any(array(select ctid from directory.${table} where rev_to <> ${open} and rev_to <= $1 limit $2))`,
            [last.number, size],
          );
          removed += count;
          if (count < size) break;
        }
      }
      return removed;
    },
  };
}

function readPlace(after: string | undefined): [number, string] {
  if (after === undefined) return [-1, ""];
  const match = /^(\d{1,10}):([^\s]{1,120})$/.exec(after);
  if (!match) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "after" } });
  return [Number(match[1]), match[2] ?? ""];
}
