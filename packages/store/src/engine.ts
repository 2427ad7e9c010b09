// What the store asks of a database engine. Two adapters: `postgres.ts` (a server) and `embedded.ts` (PGlite in a
// worker thread). Both speak the dialect of PostgreSQL 15; `values.ts` makes their rows look the same.

export type Row = Readonly<Record<string, unknown>>;
export type Answer = { readonly rows: readonly Row[]; readonly rowCount: number };
/** A statement and its parameters. */
export type Statement = readonly [sql: string, params?: readonly unknown[]];

/** One session, in or out of a transaction. Queries on one session are answered in order; one may be asked before
 * the one before it is answered. */
export type Session = {
  query(sql: string, params?: readonly unknown[]): Promise<Answer>;
  /** Feeds `COPY … FROM STDIN` (text format) with complete lines. Answers when all are in. */
  copyIn(target: string, chunks: AsyncIterable<string>): Promise<number>;
};

export type Engine = {
  readonly kind: "embedded" | "postgres";
  /** One statement of its own. */
  query(sql: string, params?: readonly unknown[]): Promise<Answer>;
  /** A session nobody else uses until `work` ends. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Several statements at once, no parameters (migrations). */
  execute(session: Session, sql: string): Promise<void>;
  /** Called with each notice, from this process or another: a topic of the outbox, or a signal. */
  onNotice(listener: (notice: string) => void): void;
  close(): Promise<void>;
};
