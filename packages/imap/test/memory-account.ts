// A mail store in memory, for the protocol's tests only.
import {
  type Changes,
  type MailAccount,
  type Mailbox,
  MailRefusal,
  type OpenMailbox,
  parseStructure,
  type SearchKey,
  type StoredMessage,
} from "../src/index.ts";

type Message = { uid: number; modseq: number; flags: string[]; internalDate: number; raw: Buffer };
type Box = {
  id: string;
  name: string;
  specialUse?: string;
  subscribed: boolean;
  uidNext: number;
  modseq: number;
  messages: Message[];
  removed: { uid: number; modseq: number }[];
  watchers: Set<() => void>;
};

export function createMemoryAccount(): MailAccount & { deliver(name: string, raw: string): void } {
  const boxes = new Map<string, Box>();
  let lastId = 0;
  const add = (name: string, specialUse?: string): Box => {
    const box: Box = {
      id: String(++lastId),
      name,
      ...(specialUse ? { specialUse } : {}),
      subscribed: true,
      uidNext: 1,
      modseq: 1,
      messages: [],
      removed: [],
      watchers: new Set(),
    };
    boxes.set(name, box);
    return box;
  };
  add("INBOX");
  add("Sent", "\\Sent");
  add("Corbeille", "\\Trash");
  const named = (name: string): Box => {
    const box = boxes.get(name);
    if (!box) throw new MailRefusal("NONEXISTENT", "no such mailbox");
    return box;
  };
  const byId = (id: string): Box => {
    const box = [...boxes.values()].find((known) => known.id === id);
    if (!box) throw new MailRefusal("NONEXISTENT", "no such mailbox");
    return box;
  };
  const changed = (box: Box): void => {
    for (const watcher of box.watchers) queueMicrotask(watcher);
  };
  const put = (box: Box, raw: Buffer, flags: readonly string[], internalDate: number): number => {
    const uid = box.uidNext++;
    box.messages.push({ uid, modseq: ++box.modseq, flags: [...flags], internalDate, raw });
    changed(box);
    return uid;
  };
  const remove = (box: Box, gone: (message: Message) => boolean): number[] => {
    const uids = box.messages.filter(gone).map((message) => message.uid);
    if (uids.length === 0) return [];
    box.modseq += 1;
    box.messages = box.messages.filter((message) => !gone(message));
    for (const uid of uids) box.removed.push({ uid, modseq: box.modseq });
    changed(box);
    return uids;
  };
  const copy = (id: string, uids: readonly number[], target: string) => {
    if (!boxes.has(target)) throw new MailRefusal("TRYCREATE", "no such mailbox");
    const to = named(target);
    const chosen = byId(id).messages.filter((message) => uids.includes(message.uid));
    return {
      uidValidity: 7,
      from: chosen.map((message) => message.uid),
      to: chosen.map((message) => put(to, message.raw, message.flags, message.internalDate)),
    };
  };
  const matches = (key: SearchKey, message: Message): boolean => {
    const text = message.raw.toString("utf8").toLowerCase();
    switch (key.kind) {
      case "all":
        return true;
      case "and":
        return key.parts.every((part) => matches(part, message));
      case "or":
        return key.parts.some((part) => matches(part, message));
      case "not":
        return !matches(key.part, message);
      case "flag":
        return message.flags.includes(key.flag);
      case "uids":
        return key.uids.includes(message.uid);
      case "header":
        return (
          text
            .split(/\r?\n\r?\n/)[0]
            ?.split(/\r?\n/)
            .some((line) => line.startsWith(`${key.name}:`) && line.includes(key.text.toLowerCase())) ?? false
        );
      case "body":
      case "text":
        return text.includes(key.text.toLowerCase());
      case "before":
        return message.internalDate < key.day;
      case "on":
        return message.internalDate >= key.day && message.internalDate < key.day + 86_400_000;
      case "since":
        return message.internalDate >= key.day;
      case "larger":
        return message.raw.length > key.size;
      case "smaller":
        return message.raw.length < key.size;
      case "modseq":
        return message.modseq >= key.modseq;
    }
  };
  const info = (box: Box): Mailbox => ({ id: box.id, name: box.name, subscribed: box.subscribed, ...(box.specialUse ? { specialUse: box.specialUse } : {}) });
  return {
    key: "person",
    deliver: (name, raw) => void put(named(name), Buffer.from(raw.replace(/\r?\n/g, "\r\n")), [], Date.UTC(2026, 10, 21)),
    list: async () => [...boxes.values()].map(info),
    async open(name): Promise<OpenMailbox> {
      const box = named(name);
      const unseen = box.messages.find((message) => !message.flags.includes("\\Seen"));
      return {
        ...info(box),
        uidValidity: 7,
        uidNext: box.uidNext,
        highestModseq: box.modseq,
        uids: box.messages.map((message) => message.uid),
        ...(unseen ? { firstUnseen: unseen.uid } : {}),
      };
    },
    async status(name) {
      const box = named(name);
      const unseen = box.messages.filter((message) => !message.flags.includes("\\Seen")).length;
      return {
        messages: box.messages.length,
        uidNext: box.uidNext,
        uidValidity: 7,
        unseen,
        highestModseq: box.modseq,
        size: box.messages.reduce((sum, message) => sum + message.raw.length, 0),
      };
    },
    async create(name) {
      if (boxes.has(name)) throw new MailRefusal("ALREADYEXISTS", "it exists already");
      add(name);
    },
    async delete(name) {
      named(name);
      boxes.delete(name);
    },
    async rename(from, to) {
      const box = named(from);
      if (boxes.has(to)) throw new MailRefusal("ALREADYEXISTS", "it exists already");
      boxes.delete(from);
      box.name = to;
      boxes.set(to, box);
    },
    async subscribe(name, subscribed) {
      named(name).subscribed = subscribed;
    },
    async append(name, { raw, flags, internalDate }) {
      if (!boxes.has(name)) throw new MailRefusal("TRYCREATE", "no such mailbox");
      return { uidValidity: 7, uid: put(named(name), raw, flags, internalDate ?? Date.UTC(2026, 10, 21)) };
    },
    async *fetch(id, uids, { changedSince = 0 }) {
      for (const message of byId(id).messages) {
        if (!uids.includes(message.uid) || message.modseq <= changedSince) continue;
        const stored: StoredMessage = {
          uid: message.uid,
          modseq: message.modseq,
          flags: message.flags,
          internalDate: message.internalDate,
          size: message.raw.length,
          structure: parseStructure(message.raw),
        };
        yield stored;
      }
    },
    async *raws(id, wanted) {
      for (const { uid } of wanted) {
        const found = byId(id).messages.find((message) => message.uid === uid);
        if (found) yield { uid, raw: found.raw };
      }
    },
    raw: async (id, uid) => byId(id).messages.find((message) => message.uid === uid)?.raw,
    async setFlags(id, uids, { mode, flags, unchangedSince }) {
      const box = byId(id);
      const refused: number[] = [];
      const result: { uid: number; flags: string[]; modseq: number }[] = [];
      box.modseq += 1;
      for (const message of box.messages.filter((known) => uids.includes(known.uid))) {
        if (unchangedSince !== undefined && message.modseq > unchangedSince) {
          refused.push(message.uid);
          continue;
        }
        const next =
          mode === "set" ? [...flags] : mode === "add" ? [...new Set([...message.flags, ...flags])] : message.flags.filter((flag) => !flags.includes(flag));
        if (next.toSorted().join() !== message.flags.toSorted().join()) {
          message.flags = next;
          message.modseq = box.modseq;
        } else if (mode === "add" && flags[0] === "\\Seen" && flags.length === 1) continue;
        result.push({ uid: message.uid, flags: message.flags, modseq: message.modseq });
      }
      changed(box);
      return { changed: result, refused };
    },
    expunge: async (id, uids) => remove(byId(id), (message) => message.flags.includes("\\Deleted") && (uids === undefined || uids.includes(message.uid))),
    copy: async (id, uids, target) => copy(id, uids, target),
    async move(id, uids, target) {
      const copied = copy(id, uids, target);
      remove(byId(id), (message) => copied.from.includes(message.uid));
      return copied;
    },
    search: async (id, key) =>
      byId(id)
        .messages.filter((message) => matches(key, message))
        .map((message) => message.uid),
    async changes(id, since): Promise<Changes> {
      const box = byId(id);
      const fresh = box.messages.filter((message) => message.modseq > since);
      return {
        modseq: box.modseq,
        added: fresh.map((message) => message.uid),
        removed: box.removed.filter((gone) => gone.modseq > since).map((gone) => gone.uid),
        flags: fresh.map(({ uid, flags, modseq }) => ({ uid, flags, modseq })),
      };
    },
    watch(id, callback) {
      const box = byId(id);
      box.watchers.add(callback);
      return () => void box.watchers.delete(callback);
    },
    quota: async () => ({ usedBytes: 1024, limitBytes: 1024 * 1024 }),
  };
}
