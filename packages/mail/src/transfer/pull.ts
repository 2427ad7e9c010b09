// One round of copying: everything of the domain that changed since the round before. While the source is open, rounds follow each other
// and bring the copy close; the last one, behind the closed gate, brings the rest.
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import { windows } from "../mailboxes/windows.ts";
import type { StreamClient } from "./stream-client.ts";
import { bytesAtOnce, copiedTables } from "./tables.ts";
import type { MessageRow, Target, WholeMailbox } from "./target.ts";
import type { Frame } from "./wire.ts";

export type PullContext = { readonly client: StreamClient; readonly target: Target; readonly mailboxes: Mailboxes; over(): boolean };
type Place = { readonly modseq: number; readonly uid: number };
type FolderPlace = Place & { /** The source's folder as far as it is here whole. */ readonly top?: number };

const nowhere: FolderPlace = { modseq: 0, uid: -1 };
/** The greatest that the store keeps. */
const lastUid = 2 ** 31 - 1;

/** Answers how many rows and messages came. `last`: nothing is written at the source any more. */
export async function pullRound(context: PullContext, last: boolean): Promise<number> {
  let count = 0;
  for (let after: string | null = ""; after !== null && !context.over(); ) {
    const page = (await context.client.askOne({ ask: "mailboxes", after })).head as { mailboxes: readonly WholeMailbox[]; next: string | null };
    if (page.mailboxes.length > 0) await context.target.putMailboxes(page.mailboxes);
    for (const { mailbox, folders } of page.mailboxes)
      for (const folder of folders) count += context.over() ? 0 : await pullFolder(context, mailbox.address, folder);
    after = page.next;
  }
  for (const table of copiedTables) count += await pullRows(context, table, last);
  if (last) {
    await pullSealed(context, "queue");
    await pullSealed(context, "quarantine");
  }
  return count;
}

async function pullFolder(context: PullContext, address: string, { id, modseq }: { id: number; modseq: number }): Promise<number> {
  const { target } = context;
  let place = (await target.cursor<FolderPlace>(`messages ${id}`)) ?? nowhere;
  if (place.top === modseq) return 0;
  await pullExpunged(context, id);
  let count = 0;
  for (let done = false; !done && !context.over(); ) {
    const page = await readMessages(context, id, place);
    if (page.top === null) return count;
    await pullBodies(context, page.messages);
    const end = page.messages.at(-1)?.head as (MessageRow & { modseq: number }) | undefined;
    const reached: FolderPlace = end ? { modseq: end.modseq, uid: end.uid } : place;
    // The whole folder up to there: what comes later has a greater number.
    place = page.done ? { modseq: Math.max(page.top, reached.modseq), uid: lastUid, top: page.top } : reached;
    await target.putMessages(address, id, page.messages, place);
    count += page.messages.length;
    done = page.done;
  }
  return count;
}

async function readMessages(
  { client }: PullContext,
  folder: number,
  { modseq, uid }: Place,
): Promise<{ top: number | null; done: boolean; messages: readonly Frame[] }> {
  const messages: Frame[] = [];
  let about: { top: number | null; done: boolean } | undefined;
  for await (const frame of client.ask({ ask: "messages", folder, modseq, uid })) {
    if (about) messages.push(frame);
    else about = frame.head as { top: number | null; done: boolean };
  }
  if (!about) throw new Error("the source answered nothing");
  return { ...about, messages };
}

async function pullExpunged({ client, target }: PullContext, folder: number): Promise<void> {
  let place = (await target.cursor<Place>(`expunged ${folder}`)) ?? nowhere;
  for (let done = false; !done; ) {
    const page = (await client.askOne({ ask: "expunged", folder, modseq: place.modseq, uid: place.uid })).head as {
      rows: readonly (Place & { uid: number })[];
      done: boolean;
    };
    const end = page.rows.at(-1);
    if (end) {
      place = { modseq: end.modseq, uid: end.uid };
      await target.putExpunged(folder, page.rows, place);
    }
    done = page.done;
  }
}

/** The bodies that these messages need and that are not here, some megabytes at a time. */
async function pullBodies({ client, target }: PullContext, messages: readonly Frame[]): Promise<void> {
  const wanted = new Map(messages.map(({ head }) => [(head as MessageRow).body_id, (head as MessageRow & { size: number }).size]));
  const missing = await target.missing([...wanted.keys()]);
  for (const group of windows(
    missing.map((id) => ({ id, size: wanted.get(id) ?? 0 })),
    bytesAtOnce,
  )) {
    const frames: Frame[] = [];
    for await (const frame of client.ask({ ask: "bodies", ids: group.map(({ id }) => id) })) frames.push(frame);
    await target.putBodies(frames);
  }
}

async function pullRows({ client, target, over }: PullContext, table: (typeof copiedTables)[number], last: boolean): Promise<number> {
  let place = (await target.cursor<readonly (string | number)[]>(table.name)) ?? [];
  let count = 0;
  for (let done = false; !done && !over(); ) {
    const page = (await client.askOne({ ask: "rows", table: table.name, after: [...place], settled: !last })).head as {
      rows: readonly unknown[];
      next: readonly (string | number)[] | null;
      done: boolean;
    };
    place = page.next ?? place;
    // The last rows are younger than what is settled: should the gate open again, they are read once more.
    if (page.rows.length > 0) await target.putRows(table, page.rows, last ? undefined : place);
    count += page.rows.length;
    done = page.done;
  }
  return count;
}

async function pullSealed({ client, target, over }: PullContext, table: "queue" | "quarantine"): Promise<void> {
  for (let after: string | null = ""; after !== null && !over(); ) {
    const frames: Frame[] = [];
    for await (const frame of client.ask({ ask: table, after })) frames.push(frame);
    const [about, ...rows] = frames;
    await target.putSealed(table, rows);
    after = ((about?.head as { next?: string | null } | undefined)?.next ?? null) as string | null;
  }
}
