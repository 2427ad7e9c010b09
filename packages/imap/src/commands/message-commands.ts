// Commands on messages of the selected mailbox: FETCH, STORE, SEARCH, COPY, MOVE, EXPUNGE, CHECK, IDLE.
import { readSearch } from "../search.ts";
import type { Selected, Session } from "../session.ts";
import type { Copied, FlagChange, MailAccount } from "../store.ts";
import { type Arguments, SyntaxFault } from "../token.ts";
import { type CommandHandler, type CommandTable, No } from "./command.ts";
import { mailboxName } from "./connection-commands.ts";
import { fetchMessages } from "./fetch.ts";
import { readUids } from "./read-uids.ts";

const writable = (selected: Selected): void => {
  if (selected.readOnly) throw new No("the mailbox is open for reading only", "NOPERM");
};

const transfer = (kind: "copy" | "move"): CommandHandler => ({
  state: "selected",
  uid: true,
  holdsNumbers: kind === "copy",
  async run(session, args, { account, selected, byUid }) {
    const uids = readUids(args, selected, byUid);
    const target = mailboxName(args.text());
    args.end();
    if (kind === "move") writable(selected);
    if (uids.length === 0) return "nothing to do";
    const copied = await account[kind](selected.mailbox.id, uids, target);
    if (kind === "copy") return copied.to.length > 0 ? `${copyUid(copied, session)} copied` : "copied";
    // RFC 6851 §4.3: COPYUID in an untagged OK before the EXPUNGE replies.
    if (copied.to.length > 0) session.untagged(`OK ${copyUid(copied, session)} moved`);
    await session.synchronise({ removals: true });
    return "moved";
  },
});

function copyUid({ uidValidity, from, to }: Copied, session: Session): string {
  return `[COPYUID ${uidValidity} ${session.formatNumbers(from, true)} ${session.formatNumbers(to, true)}]`;
}

export const messageCommands: CommandTable = {
  FETCH: { state: "selected", uid: true, holdsNumbers: true, run: fetchMessages },
  COPY: transfer("copy"),
  MOVE: transfer("move"),
  CHECK: { state: "selected", run: async () => "done" },
  STORE: {
    state: "selected",
    uid: true,
    holdsNumbers: true,
    async run(session, args, { account, selected, byUid }) {
      writable(selected);
      const uids = readUids(args, selected, byUid);
      const unchangedSince = readUnchangedSince(session, args);
      const item = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(args.atom());
      if (!item) throw new SyntaxFault("FLAGS is expected");
      const mode = item[1] === "+" ? "add" : item[1] === "-" ? "remove" : "set";
      const change: FlagChange = { mode, flags: readFlags(args), ...(unchangedSince === undefined ? {} : { unchangedSince }) };
      const { changed, refused } = await account.setFlags(selected.mailbox.id, uids, change);
      const silent = item[2] !== undefined;
      for (const { uid, flags, modseq } of changed) {
        const sequence = session.sequenceOf(uid);
        if (sequence === undefined) continue;
        if (!silent) session.untagged(`${sequence} FETCH (${session.flagItems(uid, flags, modseq)})`);
        else if (session.enabled.has("CONDSTORE")) session.untagged(`${sequence} FETCH (UID ${uid} MODSEQ (${modseq}))`);
      }
      await settle(session, account, selected, new Set(changed.map(({ uid }) => uid)));
      return refused.length > 0 ? `[MODIFIED ${session.formatNumbers(refused, byUid)}] some had changed` : "stored";
    },
  },
  SEARCH: {
    state: "selected",
    uid: true,
    holdsNumbers: true,
    async run(session, args, { account, selected, byUid }) {
      const returned = args.optional("RETURN") ? readReturn(args.list()) : undefined;
      if (args.optional("CHARSET")) {
        const charset = args.text().toUpperCase();
        if (charset !== "UTF-8" && charset !== "US-ASCII") throw new No("UTF-8 only", "BADCHARSET (UTF-8)");
      }
      const key = readSearch(args, selected.uids);
      const known = new Set(selected.uids);
      const found = (await account.search(selected.mailbox.id, key)).filter((uid) => known.has(uid));
      const numbers = byUid ? found : found.flatMap((uid) => session.sequenceOf(uid) ?? []);
      if (!returned) {
        session.untagged(`SEARCH${numbers.map((number) => ` ${number}`).join("")}`);
        return "done";
      }
      // RFC 4731 §3.1: MIN, MAX and ALL are left out when nothing was found.
      const items: string[] = [];
      if (numbers.length > 0) {
        if (returned.includes("MIN")) items.push(`MIN ${numbers[0]}`);
        if (returned.includes("MAX")) items.push(`MAX ${numbers.at(-1)}`);
        if (returned.includes("ALL")) items.push(`ALL ${session.formatNumbers(found, byUid)}`);
      }
      if (returned.includes("COUNT")) items.push(`COUNT ${numbers.length}`);
      session.untagged(`ESEARCH (TAG "${session.tag}")${byUid ? " UID" : ""}${items.map((item) => ` ${item}`).join("")}`);
      return "done";
    },
  },
  EXPUNGE: {
    state: "selected",
    uid: true,
    async run(session, args, { account, selected, byUid }) {
      writable(selected);
      const uids = byUid ? readUids(args, selected, true) : undefined;
      args.end();
      await account.expunge(selected.mailbox.id, uids);
      await session.synchronise({ removals: true });
      return "expunged";
    },
  },
  IDLE: {
    state: "authenticated",
    async run(session, args, account) {
      args.end();
      session.io.write("+ idling\r\n");
      let busy = Promise.resolve();
      const tell = (): void => {
        busy = busy.then(() => session.synchronise({ removals: true })).catch(() => session.io.close());
      };
      const stop = session.selected ? account.watch(session.selected.mailbox.id, tell) : () => undefined;
      tell();
      const line = await session.io.line().finally(stop);
      await busy;
      if (line.trim().toUpperCase() !== "DONE") throw new SyntaxFault("DONE is expected");
      return "done";
    },
  },
};

/** Changes of others come with the next look; our own were already told. */
async function settle(session: Session, account: MailAccount, selected: Selected, own: ReadonlySet<number>): Promise<void> {
  const changes = await account.changes(selected.mailbox.id, selected.modseq);
  if (changes.removed.length > 0) return;
  session.announce({ ...changes, flags: changes.flags.filter(({ uid }) => !own.has(uid)) });
}

function readUnchangedSince(session: Session, args: Arguments): number | undefined {
  if (args.peek()?.kind !== "list") return undefined;
  const modifiers = args.list();
  if (modifiers.atom().toUpperCase() !== "UNCHANGEDSINCE") throw new SyntaxFault("unknown modifier");
  session.enabled.add("CONDSTORE");
  return modifiers.number();
}

const maximumFlags = 50;

function readFlags(args: Arguments): readonly string[] {
  const source = args.peek()?.kind === "list" ? args.list() : args;
  const flags: string[] = [];
  while (!source.done) {
    const flag = source.atom();
    if (!/^\\?[^\s(){%*"\]\\]{1,100}$/.test(flag) || flags.length >= maximumFlags) throw new SyntaxFault("not a flag");
    flags.push(systemFlag(flag));
  }
  return flags;
}

/** System flags are written one way. `\Recent` is the server's own (RFC 3501 §2.3.2). */
function systemFlag(flag: string): string {
  if (!flag.startsWith("\\")) return flag;
  const known = ["\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft"].find((name) => name.toLowerCase() === flag.toLowerCase());
  if (!known) throw new No(`${flag.slice(0, 30)} cannot be set`, "CANNOT");
  return known;
}

function readReturn(args: Arguments): readonly string[] {
  const words: string[] = [];
  while (!args.done) words.push(args.atom().toUpperCase());
  return words.length === 0 ? ["ALL"] : words;
}
