// Commands on mailboxes as a whole: SELECT, EXAMINE, LIST, LSUB, STATUS, CREATE, DELETE, RENAME, SUBSCRIBE, APPEND, quota.
import { parseDateTime, quoted } from "../format.ts";
import { encodeMailbox } from "../mailbox-name.ts";
import type { Session } from "../session.ts";
import type { MailAccount, Mailbox } from "../store.ts";
import { type Arguments, SyntaxFault } from "../token.ts";
import { type CommandHandler, type CommandTable, No } from "./command.ts";
import { mailboxName } from "./connection-commands.ts";

const systemFlags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";

const open = (readOnly: boolean): CommandHandler => ({
  state: "authenticated",
  async run(session, args, account) {
    session.selected = undefined;
    const name = mailboxName(args.text());
    if (!args.done) {
      const parameters = args.list();
      while (!parameters.done) if (parameters.atom().toUpperCase() === "CONDSTORE") session.enabled.add("CONDSTORE");
    }
    const mailbox = await account.open(name, readOnly);
    const locked = readOnly || mailbox.readOnly === true;
    session.selected = { mailbox, readOnly: locked, uids: [...mailbox.uids], modseq: mailbox.highestModseq };
    session.untagged(`FLAGS (${systemFlags} $Forwarded $MDNSent $Junk $NotJunk)`);
    session.untagged(`OK [PERMANENTFLAGS (${locked ? "" : `${systemFlags} $Forwarded $MDNSent \\*`})] flags`);
    session.untagged(`${mailbox.uids.length} EXISTS`);
    session.untagged("0 RECENT");
    if (mailbox.firstUnseen !== undefined) {
      const sequence = session.sequenceOf(mailbox.firstUnseen);
      if (sequence !== undefined) session.untagged(`OK [UNSEEN ${sequence}] first unseen`);
    }
    session.untagged(`OK [UIDVALIDITY ${mailbox.uidValidity}] valid`);
    session.untagged(`OK [UIDNEXT ${mailbox.uidNext}] next`);
    session.untagged(`OK [HIGHESTMODSEQ ${mailbox.highestModseq}] highest`);
    return locked ? "[READ-ONLY] opened" : "[READ-WRITE] opened";
  },
});

const leave = (expunge: boolean): CommandHandler => ({
  state: "selected",
  async run(session, args, { account, selected }) {
    args.end();
    // RFC 3501 §6.4.2: CLOSE removes deleted messages without a word.
    if (expunge && !selected.readOnly) await account.expunge(selected.mailbox.id, undefined);
    session.selected = undefined;
    return "closed";
  },
});

export const mailboxCommands: CommandTable = {
  SELECT: open(false),
  EXAMINE: open(true),
  CLOSE: leave(true),
  UNSELECT: leave(false),
  LIST: { state: "authenticated", run: (session, args, account) => list(session, args, account) },
  LSUB: {
    state: "authenticated",
    async run(session, args, account) {
      const pattern = patternOf(args.text(), args.text());
      for (const mailbox of await account.list()) {
        if (mailbox.subscribed && pattern.test(mailbox.name))
          session.untagged(`LSUB (${mailbox.noSelect ? "\\Noselect" : ""}) "/" ${quoted(encodeMailbox(mailbox.name))}`);
      }
      return "done";
    },
  },
  STATUS: {
    state: "authenticated",
    async run(session, args, account) {
      const name = mailboxName(args.text());
      const items = atomsOf(args.list());
      args.end();
      session.untagged(await statusLine(account, name, items));
      return "done";
    },
  },
  CREATE: {
    state: "authenticated",
    async run(_session, args, account) {
      const name = mailboxName(args.text()).replace(/\/$/, "");
      // RFC 6154 §3: CREATE with a special use is not offered.
      args.end();
      checkName(name);
      await account.create(name);
      return "created";
    },
  },
  DELETE: {
    state: "authenticated",
    async run(session, args, account) {
      const name = mailboxName(args.text());
      args.end();
      if (name === "INBOX") throw new No("INBOX stays", "CANNOT");
      await account.delete(name);
      if (session.selected?.mailbox.name === name) session.selected = undefined;
      return "deleted";
    },
  },
  RENAME: {
    state: "authenticated",
    async run(_session, args, account) {
      const from = mailboxName(args.text());
      const to = mailboxName(args.text()).replace(/\/$/, "");
      args.end();
      checkName(to);
      await account.rename(from, to);
      return "renamed";
    },
  },
  SUBSCRIBE: { state: "authenticated", run: (_session, args, account) => subscribe(args, account, true) },
  UNSUBSCRIBE: { state: "authenticated", run: (_session, args, account) => subscribe(args, account, false) },
  APPEND: {
    state: "authenticated",
    async run(session, args, account) {
      const name = mailboxName(args.text());
      const flags = args.peek()?.kind === "list" ? atomsOf(args.list()) : [];
      const beforeMessage = args.next();
      let internalDate: number | undefined;
      let raw: Buffer;
      if (beforeMessage.kind !== "string") throw new SyntaxFault("a message is expected");
      if (args.done) raw = beforeMessage.bytes;
      else {
        internalDate = parseDateTime(beforeMessage.bytes.toString("latin1"));
        if (internalDate === undefined) throw new SyntaxFault("a date-time is expected");
        raw = args.bytes();
      }
      args.end();
      if (raw.length === 0) throw new No("an empty message", "CANNOT");
      const { uidValidity, uid } = await account.append(name, { raw, flags, ...(internalDate === undefined ? {} : { internalDate }) });
      await session.synchronise({ removals: true });
      return `[APPENDUID ${uidValidity} ${uid}] stored`;
    },
  },
  GETQUOTAROOT: {
    state: "authenticated",
    async run(session, args, account) {
      const name = mailboxName(args.text());
      session.untagged(`QUOTAROOT ${quoted(encodeMailbox(name))} ""`);
      await writeQuota(session, account);
      return "done";
    },
  },
  GETQUOTA: {
    state: "authenticated",
    async run(session, args, account) {
      args.text();
      await writeQuota(session, account);
      return "done";
    },
  },
};

async function writeQuota(session: Session, account: MailAccount): Promise<void> {
  const quota = await account.quota();
  // RFC 9208 §5.1: STORAGE counts kilobytes.
  session.untagged(quota ? `QUOTA "" (STORAGE ${Math.ceil(quota.usedBytes / 1024)} ${Math.floor(quota.limitBytes / 1024)})` : `QUOTA "" ()`);
}

async function subscribe(args: Arguments, account: MailAccount, subscribed: boolean): Promise<string> {
  const name = mailboxName(args.text());
  args.end();
  await account.subscribe(name, subscribed);
  return "done";
}

function checkName(name: string): void {
  const levels = name.split("/");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  const bad = name === "" || name.length > 250 || levels.length > 10 || levels.some((level) => level.trim() === "") || /[\u0000-\u001f\u007f*%\\"]/.test(name);
  if (bad) throw new No("this name cannot be used", "CANNOT");
}

function atomsOf(args: Arguments): string[] {
  const words: string[] = [];
  while (!args.done) words.push(args.atom());
  return words;
}

/** `*` is anything, `%` anything within a level. */
function patternOf(reference: string, wire: string): RegExp {
  const pattern = mailboxName(reference + wire);
  const source = pattern.replace(/[.*+?^${}()|[\]\\%]/g, (c) => (c === "*" ? ".*" : c === "%" ? "[^/]*" : `\\${c}`));
  return new RegExp(`^${source}$`, pattern.toUpperCase().startsWith("INBOX") ? "i" : "");
}

/** LIST with the options of RFC 5258, RFC 6154 and RFC 5819. */
async function list(session: Session, args: Arguments, account: MailAccount): Promise<string> {
  const selection = args.peek()?.kind === "list" ? atomsOf(args.list()).map((word) => word.toUpperCase()) : [];
  const reference = args.text();
  const next = args.peek();
  const patterns: string[] = [];
  if (next?.kind === "list") {
    const many = args.list();
    while (!many.done) patterns.push(many.text());
  } else patterns.push(args.text());
  const { returned, status } = args.optional("RETURN") ? readReturn(args.list()) : { returned: [], status: undefined };
  args.end();
  if (selection.length === 0 && patterns.length === 1 && patterns[0] === "") {
    session.untagged(`LIST (\\Noselect) "/" ""`);
    return "done";
  }
  const mailboxes = await account.list();
  const matches = patterns.map((pattern) => patternOf(reference, pattern));
  for (const mailbox of mailboxes) {
    if (!matches.some((match) => match.test(mailbox.name))) continue;
    if (selection.includes("SUBSCRIBED") && !mailbox.subscribed) continue;
    if (selection.includes("SPECIAL-USE") && mailbox.specialUse === undefined) continue;
    const attributes = attributesOf(mailbox, mailboxes, selection.includes("SUBSCRIBED") || returned.includes("SUBSCRIBED"));
    session.untagged(`LIST (${attributes.join(" ")}) "/" ${quoted(encodeMailbox(mailbox.name))}`);
    if (status && !mailbox.noSelect) session.untagged(await statusLine(account, mailbox.name, status));
  }
  return "done";
}

function readReturn(args: Arguments): { returned: readonly string[]; status: readonly string[] | undefined } {
  const returned: string[] = [];
  let status: readonly string[] | undefined;
  while (!args.done) {
    const word = args.atom().toUpperCase();
    returned.push(word);
    if (word === "STATUS") status = atomsOf(args.list());
  }
  return { returned, status };
}

function attributesOf(mailbox: Mailbox, all: readonly Mailbox[], subscribed: boolean): readonly string[] {
  const children = all.some((other) => other.name.startsWith(`${mailbox.name}/`));
  return [
    ...(mailbox.noSelect ? ["\\Noselect"] : []),
    ...(mailbox.specialUse ? [mailbox.specialUse] : []),
    children ? "\\HasChildren" : "\\HasNoChildren",
    ...(subscribed && mailbox.subscribed ? ["\\Subscribed"] : []),
  ];
}

async function statusLine(account: MailAccount, name: string, items: readonly string[]): Promise<string> {
  const asked = new Set(items.map((item) => item.toUpperCase()));
  const status = await account.status(name, { unseen: asked.has("UNSEEN"), size: asked.has("SIZE") });
  const values: Readonly<Record<string, number>> = {
    MESSAGES: status.messages,
    RECENT: 0,
    UIDNEXT: status.uidNext,
    UIDVALIDITY: status.uidValidity,
    UNSEEN: status.unseen,
    HIGHESTMODSEQ: status.highestModseq,
    SIZE: status.size,
  };
  const written = items.map((item) => {
    const value = values[item.toUpperCase()];
    if (value === undefined) throw new SyntaxFault(`unknown status item ${item.slice(0, 20)}`);
    return `${item.toUpperCase()} ${value}`;
  });
  return `STATUS ${quoted(encodeMailbox(name))} (${written.join(" ")})`;
}
