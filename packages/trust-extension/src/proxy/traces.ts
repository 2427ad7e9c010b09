// What the proxy did, in the records that the conformity check reads (psc.md §3.3), kept in the store; their digests go to the sealed traces.
import { createHash } from "node:crypto";
import type { Evidence } from "@cercle/evidence";
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import { json, type Store } from "@cercle/store";
import type { Seal } from "../ports.ts";

export type TraceType = "CONNECT_SUCCESS" | "CONNECT_REPLAY" | "CONNECT_FAILURE" | "SEND" | "DISCONNECT";
export type NewTrace = {
  readonly type: TraceType;
  readonly person: string;
  readonly address: string;
  readonly ports: readonly number[];
  readonly clientId?: string;
  readonly session?: { readonly publicId: string; readonly sessionState: string };
  readonly dn?: string;
  readonly apiRequest?: { readonly api: string; readonly method: string; readonly path: string };
};

/** As it is read: the national reference proxy's members. */
export type TraceRecord = {
  readonly type: TraceType;
  readonly clientId?: string;
  readonly IdRPPS: string;
  readonly ipAddress: string;
  readonly ports: readonly number[];
  readonly proxy_id_session?: string;
  readonly session_state?: string;
  readonly dn?: string;
  readonly timestamp: string;
  readonly apiRequest?: { readonly nomApiPsc: string; readonly methode: string; readonly path: string };
};

export type Traces = {
  write(trace: NewTrace): Promise<void>;
  /** Oldest first, at most ten thousand. */
  list(start: Temporal.Instant, end: Temporal.Instant | undefined): Promise<readonly TraceRecord[]>;
  /** Erases what was kept long enough, by governance's clock. */
  erase(): Promise<number>;
};

type Row = {
  at: Temporal.Instant;
  type: TraceType;
  client_id: string | null;
  person: string;
  address: string;
  ports: number[];
  session: Uint8Array | null;
  session_state: string | null;
  dn: string | null;
  api: string | null;
  method: string | null;
  path: string | null;
};

/** As long as sign-ins are kept. */
const keepYears = 6;

export type TracesParts = { store: Store; evidence: Evidence; real: Clock; governance: Clock; seal: Seal };

export function createTraces({ store, evidence, real, governance, seal }: TracesParts): Traces {
  return {
    async write(trace) {
      const id = newId<"trace">();
      const { clientId, session, dn, apiRequest } = trace;
      const sealed = session ? seal.seal(Buffer.from(session.publicId)) : null;
      const facts = [
        trace.type,
        clientId,
        trace.person,
        trace.address,
        trace.ports,
        sealed,
        session?.sessionState,
        dn,
        apiRequest?.api,
        apiRequest?.method,
        apiRequest?.path,
      ];
      const digest = createHash("sha256")
        .update(json([id, ...facts.map((fact) => (fact instanceof Uint8Array ? Buffer.from(fact).toString("base64") : fact))]))
        .digest("hex");
      await store.transaction(async (tx) => {
        await tx.run(
          `insert into trust_extension.trace (id, at, type, client_id, person, address, ports, session, session_state, dn, api, method, path, collected_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
          [id, real.now(), ...facts, governance.now()],
        );
        await evidence.trace(tx, { room: "trust-extension", type: "proxy", subject: `trace ${id}`, payload: { digest } });
      });
    },
    async list(start, end) {
      const rows = await store.query<Row>(
        `select at, type, client_id, person, address, ports, session, session_state, dn, api, method, path from trust_extension.trace
          where at >= $1 and ($2::timestamptz is null or at <= $2) order by at, id limit 10000`,
        [start, end],
      );
      return rows.map((row) => ({
        type: row.type,
        ...(row.client_id === null ? {} : { clientId: row.client_id }),
        IdRPPS: row.person,
        ipAddress: row.address,
        ports: row.ports,
        ...(row.session ? { proxy_id_session: Buffer.from(seal.unseal(row.session)).toString("utf8"), session_state: row.session_state ?? "" } : {}),
        ...(row.dn ? { dn: row.dn } : {}),
        timestamp: row.at.toString(),
        ...(row.api === null ? {} : { apiRequest: { nomApiPsc: row.api, methode: row.method ?? "", path: row.path ?? "" } }),
      }));
    },
    erase: () =>
      store.transaction(async (tx) => {
        const before = governance.now().toZonedDateTimeISO("UTC").subtract({ years: keepYears }).toInstant();
        const erased = await tx.run("delete from trust_extension.trace where collected_at <= $1", [before]);
        if (erased > 0)
          await evidence.trace(tx, { room: "trust-extension", type: "erased", payload: { traces: erased, basis: "retention: proxy traces 6 years" } });
        return erased;
      }),
  };
}
