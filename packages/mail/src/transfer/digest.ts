// What both ends compare before the switch: a digest a section over what must be the same. Read in pages, so that a domain of any size is
// compared in little memory. Bodies are not read again: each was compared by its own digest when it was stored.
import { createHash } from "node:crypto";
import type { Queryable } from "@cercle/store";

type Section = { readonly name: string; readonly from: string; readonly line: string; readonly key: readonly string[] };

const page = 5000;

/** Ordered by their keys; byte order, so that two databases with other collations agree. */
const sections: readonly Section[] = [
  {
    name: "mailboxes",
    from: "mailbox",
    line: "concat_ws('|', address, kind, coalesce(responsible, '-'), quota_bytes, used_bytes, extract(epoch from created_at), extract(epoch from removed_at))",
    key: ["address"],
  },
  {
    name: "users",
    from: "mailbox_user",
    line: "concat_ws('|', address, holder, kind, may_send, extract(epoch from added_at), extract(epoch from removed_at))",
    key: ["address", "holder"],
  },
  {
    name: "passwords",
    from: "app_password",
    line: "concat_ws('|', id, address, digest, label, coalesce(holder, '-'), extract(epoch from revoked_at))",
    key: ["id"],
  },
  {
    name: "certificates",
    from: "component_certificate",
    line: "concat_ws('|', fingerprint, address, holder, subject, extract(epoch from removed_at))",
    key: ["fingerprint", "address"],
  },
  { name: "agreements", from: "agreement", line: "concat_ws('|', holder, version, how, extract(epoch from accepted_at))", key: ["holder", "version"] },
  {
    name: "folders",
    from: "folder",
    line: "concat_ws('|', id, address, name, coalesce(special_use, '-'), subscribed, uid_validity, uid_next, modseq)",
    key: ["id"],
  },
  {
    name: "messages",
    from: "message",
    line: "concat_ws('|', folder_id, uid, modseq, array_to_string(flags, ' '), extract(epoch from internal_date), size, body_id, coalesce(digest, '-'))",
    key: ["folder_id", "uid"],
  },
  { name: "expunged", from: "expunged", line: "concat_ws('|', folder_id, uid, modseq)", key: ["folder_id", "uid"] },
  { name: "seen", from: "seen", line: "concat_ws('|', folder_id, uid, holder)", key: ["folder_id", "uid", "holder"] },
  { name: "acts", from: "act", line: "concat_ws('|', id, extract(epoch from at), address, holder, what, folder, digest)", key: ["id"] },
  { name: "trail", from: "trail", line: "concat_ws('|', id, extract(epoch from at), digest, reference, what, facts)", key: ["id"] },
  { name: "accepted", from: "accepted", line: "concat_ws('|', digest, extract(epoch from accepted_at))", key: ["digest"] },
  {
    name: "queue",
    from: "queue",
    line: "concat_ws('|', id, sender, recipient, state, attempts, extract(epoch from expires_at), digest)",
    key: ["id"],
  },
  { name: "quarantine", from: "quarantine", line: "concat_ws('|', digest, sender, found, size)", key: ["digest"] },
];

/** Text keys in the order of their bytes, whatever the database's language. */
const textKeys = new Set(["address", "holder", "version", "digest", "fingerprint"]);
const ordered = (key: string): string => (textKeys.has(key) ? `${key} collate "C"` : key);

/** `rows:sha256` by section. */
export async function digestDomain(from: Queryable, schema: string): Promise<Readonly<Record<string, string>>> {
  const made: Record<string, string> = {};
  for (const section of sections) made[section.name] = await digestSection(from, schema, section);
  return made;
}

async function digestSection(from: Queryable, schema: string, { from: table, line, key }: Section): Promise<string> {
  const hash = createHash("sha256");
  const order = key.map(ordered).join(", ");
  let after: readonly unknown[] | undefined;
  let count = 0;
  for (;;) {
    const where = after ? `where (${order}) > (${key.map((_, i) => `$${i + 1}`).join(", ")})` : "";
    const rows = await from.query<Record<string, unknown> & { line: string }>(
      `select ${key.join(", ")}, ${line} as line from ${schema}.${table} ${where} order by ${order} limit ${page}`,
      after ?? [],
    );
    for (const row of rows) hash.update(`${row.line}\n`);
    count += rows.length;
    const last = rows.at(-1);
    if (!last || rows.length < page) return `${count}:${hash.digest("hex")}`;
    after = key.map((name) => last[name]);
  }
}
