// What rooms ask of the store: statements outside a transaction, and inside one.

/** Reads and writes one statement at a time. The row type is the caller's word for what the SQL selects. */
export type Queryable = {
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<readonly R[]>;
  /** The first row, or undefined. */
  first<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R | undefined>;
  /** Runs a statement and answers how many rows it touched. */
  run(sql: string, params?: readonly unknown[]): Promise<number>;
};

/** An open transaction. */
export type Tx = Queryable & {
  /** A statement that nothing in the transaction asks about: it goes out together with the commit, which fails when it does. */
  atEnd(sql: string, params?: readonly unknown[]): void;
  /** Runs once the commit is durable; for what must not happen if it fails. Errors are the callback's own business. */
  afterCommit(work: () => void): void;
};
