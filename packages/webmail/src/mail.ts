// What pages ask of a box: its folders, a page of conversations, one message. All through the account of the person signed in.
import { createHash } from "node:crypto";
import type { MailAccount, Mailbox, StoredMessage } from "@cercle/imap";
import { decodeWords } from "postal-mime";
import { type Conversation, gatherConversations, type Listed } from "./conversations.ts";
import { webmailErrors } from "./errors.ts";
import { type Reading, readMessage } from "./reading.ts";

export const pageSize = 50;
const longestSubject = 300;

/** What stands for an address in addresses of pages. */
export const keyOf = (address: string): string => createHash("sha256").update(address.toLowerCase()).digest("base64url").slice(0, 12);

export type FolderView = Mailbox & { readonly unseen: number };

export async function listFolders(account: MailAccount): Promise<readonly FolderView[]> {
  const folders = (await account.list()).filter((folder) => !folder.noSelect);
  return Promise.all(folders.map(async (folder) => ({ ...folder, unseen: folder.name === "INBOX" ? (await account.status(folder.name)).unseen : 0 })));
}

export function findFolder(folders: readonly FolderView[], id: string): FolderView {
  const found = folders.find((folder) => folder.id === id);
  if (!found) throw webmailErrors.refuse("webmail.not-here");
  return found;
}

export const isOutgoing = ({ specialUse }: Mailbox): boolean => specialUse === "\\Sent" || specialUse === "\\Drafts";

/** Newest first: those that hold the text when one is looked for, those before a number otherwise. */
export async function readPage(
  account: MailAccount,
  folder: FolderView,
  { q, before }: { q: string; before: number },
): Promise<{ found: readonly Conversation[]; count: number; older: number | undefined }> {
  const opened = await account.open(folder.name, true);
  const all = q ? await account.search(folder.id, { kind: "text", text: q }) : opened.uids;
  const eligible = all.filter((uid) => uid < before);
  const chosen = eligible.slice(-pageSize);
  const messages = await listMessages(account, folder, chosen);
  return { found: gatherConversations(messages), count: all.length, older: eligible.length > chosen.length ? chosen[0] : undefined };
}

export async function listMessages(account: MailAccount, folder: FolderView, uids: readonly number[]): Promise<readonly Listed[]> {
  const messages: Listed[] = [];
  for await (const message of account.fetch(folder.id, uids, { structure: true })) messages.push(toListed(message, isOutgoing(folder)));
  return messages;
}

/** The conversation of a message, among those around it in the folder. */
export async function readThread(account: MailAccount, folder: FolderView, uid: number): Promise<readonly Listed[]> {
  const { uids } = await account.open(folder.name, true);
  const at = uids.indexOf(uid);
  const around = uids.slice(Math.max(0, at - pageSize * 2), at + pageSize * 2);
  const groups = gatherConversations(await listMessages(account, folder, around));
  return groups.find(({ messages }) => messages.some((one) => one.uid === uid))?.messages ?? [];
}

function toListed({ uid, flags, internalDate, size, structure }: StoredMessage, outgoing: boolean): Listed {
  const envelope = structure?.envelope;
  const people = (outgoing ? envelope?.to : envelope?.from) ?? [];
  const who = people.slice(0, 3).map(({ name, mailbox, host }) => (name ? decodeWords(name).replace(/^"|"$/g, "") : `${mailbox ?? ""}@${host ?? ""}`));
  return {
    uid,
    seen: flags.includes("\\Seen"),
    flagged: flags.includes("\\Flagged"),
    answered: flags.includes("\\Answered"),
    receiptSettled: flags.includes("$MDNSent"),
    subject: decodeWords(envelope?.subject ?? "").slice(0, longestSubject),
    who: who.join(", "),
    at: internalDate,
    size,
    messageId: envelope?.messageId,
    inReplyTo: envelope?.inReplyTo,
  };
}

export async function openMessage(account: MailAccount, folder: { id: string }, uid: number): Promise<Reading> {
  const raw = await account.raw(folder.id, uid);
  if (!raw) throw webmailErrors.refuse("webmail.not-here");
  return readMessage(raw);
}

/** The folder of a use (`\Trash`), made by every operator of ours; refused where another has none. */
export function folderFor(folders: readonly FolderView[], use: string): FolderView {
  const found = folders.find(({ specialUse }) => specialUse === use);
  if (!found) throw webmailErrors.refuse("webmail.not-here");
  return found;
}
