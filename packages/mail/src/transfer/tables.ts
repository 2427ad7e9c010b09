// What a domain consists of beside messages: rows that are copied as they are, under the primary keys they have. One table, two readers:
// the source reads by it, the target writes by it.

export type CopiedTable = {
  readonly name: string;
  /** In which order it is read; the place reached is the key of the last row. */
  readonly key: readonly string[];
  /** When a row was written: younger ones may still be overtaken by rows of a transaction that commits later, and wait for the end. */
  readonly at: string;
  /** Columns that PostgreSQL numbers by itself. */
  readonly identity?: string;
};

export const copiedTables: readonly CopiedTable[] = [
  { name: "agreement", key: ["accepted_at", "holder", "version"], at: "accepted_at" },
  { name: "trail", key: ["id"], at: "at", identity: "id" },
  { name: "act", key: ["id"], at: "at", identity: "id" },
  { name: "accepted", key: ["accepted_at", "digest"], at: "accepted_at" },
  { name: "beat", key: ["minute"], at: "minute" },
];

/** No transaction of mail is open for so long. */
export const settledSeconds = 120;
export const rowsAtOnce = 1000;
export const messagesAtOnce = 200;
export const mailboxesAtOnce = 50;
export const queueAtOnce = 50;
/** Bytes of structures, and of bodies, that lie in memory together; one larger than that goes alone. */
export const bytesAtOnce = 4 * 1024 * 1024;
