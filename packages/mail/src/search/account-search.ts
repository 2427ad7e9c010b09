// SEARCH in one folder: the index says which messages may match, what is listed of a message may already settle it, and only what is
// left is opened, each text once though several messages share it.
import type { SearchKey } from "@cercle/imap";
import type { Store } from "@cercle/store";
import type { KeptRow } from "../bodies/bodies.ts";
import { flagsColumn, isShared } from "../mailboxes/account-changes.ts";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { MailboxKey } from "../mailboxes/sealing.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import { windows } from "../mailboxes/windows.ts";
import type { Indexer } from "./indexer.ts";
import { asksFor, type Listed, matchesSearch, needsContent } from "./search.ts";
import { searchTextOf } from "./search-text.ts";

type Row = Listed & { readonly body_id: string };

/** Bytes of messages that are opened at once. */
const windowBytes = 4 * 1024 * 1024;

export async function searchFolder(
  { store, mailboxes: { schema, bodies }, key, who, indexer }: { store: Store; mailboxes: Mailboxes; key: MailboxKey; who: SignedIn; indexer: Indexer },
  folder: number,
  wanted: SearchKey,
): Promise<readonly number[]> {
  const among = needsContent(wanted) ? await indexer.candidates(who.address, wanted) : undefined;
  const flags = asksFor(wanted, ({ kind }) => kind === "flag");
  const dates = asksFor(wanted, ({ kind }) => kind === "before" || kind === "on" || kind === "since");
  const person = flags && isShared(who);
  const rows = await store.query<Row>(
    `select m.uid, m.modseq, m.size, m.body_id, ${flags ? flagsColumn(schema, who, 2) : "'{}'::text[]"} as flags,
            ${dates ? "(extract(epoch from m.internal_date) * 1000)::float8" : "0"} as at
       from ${schema}.message m where m.folder_id = $1${among ? ` and m.body_id = any($${person ? 3 : 2})` : ""}`,
    [folder, ...(person ? [who.holder] : []), ...(among ? [among] : [])],
  );
  const found: number[] = [];
  const open = new Map<string, Row[]>();
  for (const row of rows) {
    const answer = matchesSearch(wanted, row, undefined);
    if (answer) found.push(row.uid);
    if (answer === undefined) open.set(row.body_id, [...(open.get(row.body_id) ?? []), row]);
  }
  for (const window of windows(
    [...open].map(([id, [row]]) => ({ id, size: row?.size ?? 0 })),
    windowBytes,
  )) {
    const kept = await store.query<KeptRow & { id: string }>(`select id, sealed, content from ${schema}.body where id = any($1)`, [window.map(({ id }) => id)]);
    for (const body of kept) {
      const content = searchTextOf(await bodies.open(key, body).whole());
      for (const row of open.get(body.id) ?? []) if (matchesSearch(wanted, row, content)) found.push(row.uid);
    }
  }
  return found.sort((a, b) => a - b);
}
