// Chains: which token went from whom to whom, and what data were given for it (CGU PSC 5). A pass is written with the token it gives.
import type { Evidence } from "@cercle/evidence";
import { type Clock, newId, type Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import type { IssuerName, Seal } from "./ports.ts";

export type Chain = {
  readonly id: string;
  readonly issuer: IssuerName;
  readonly clientId: string;
  readonly person: string;
  readonly sessionState: string;
  readonly endsAt: Temporal.Instant;
};
export type Pass = {
  readonly id: string;
  readonly chain: string;
  readonly parent: string | null;
  readonly fromClient: string;
  readonly toClient: string;
  readonly api: string;
};

export type NewPass = {
  readonly id: string;
  readonly parent: string | undefined;
  readonly fromClient: string;
  readonly toClient: string;
  readonly api: string;
  readonly scope: string;
  /** Names the token that was passed: the same token is passed to one API once. */
  readonly subjectDigest: string;
  readonly endsAt: Temporal.Instant;
};
export type Root = Omit<Chain, "id"> & { readonly digest: string; readonly token: string };

/** A token's way so far: passes from the first to this one, whether any of them was revoked, and the root. */
export type Way = { readonly chain: Chain; readonly passes: readonly Pass[]; readonly revoked: boolean };

export type Chains = {
  /** The chain of a root, begun if it is new. */
  begin(tx: Tx, root: Root): Promise<string>;
  /** Writes a pass; false when this token was passed to this API before. */
  pass(tx: Tx, chain: string, pass: NewPass): Promise<boolean>;
  findWay(passId: string): Promise<Way | undefined>;
  /** The root token, while it may still be active. */
  rootOf(chain: string): Promise<string | undefined>;
  revoke(passId: string): Promise<void>;
  /** Written before data are given; the status when it is known. */
  serve(service: { pass: string; method: string; path: string }): Promise<string>;
  served(id: string, status: number): Promise<void>;
  list(from: Queryable, limit: number): Promise<readonly ChainLine[]>;
  show(from: Queryable, id: string): Promise<ChainPage | undefined>;
  /** Roots that have expired are forgotten. */
  prune(): Promise<void>;
};

export type ChainLine = { id: string; issuer: string; client_id: string; person: string; session_state: string; began_at: Temporal.Instant; passes: number };
export type ChainPage = Omit<ChainLine, "passes"> & {
  passes: readonly {
    id: string;
    parent: string | null;
    at: Temporal.Instant;
    from_client: string;
    to_client: string;
    api: string;
    scope: string;
    ends_at: Temporal.Instant;
    revoked_at: Temporal.Instant | null;
  }[];
  services: readonly { at: Temporal.Instant; pass: string; api: string; client_id: string; method: string; path: string; status: number | null }[];
};

type ChainRow = { id: string; issuer: IssuerName; client_id: string; person: string; session_state: string; ends_at: Temporal.Instant };
type PassRow = { id: string; chain: string; parent: string | null; from_client: string; to_client: string; api: string; revoked_at: Temporal.Instant | null };

const chainColumns = "id, issuer, client_id, person, session_state, began_at";

export function createChains({ store, evidence, real, seal }: { store: Store; evidence: Evidence; real: Clock; seal: Seal }): Chains {
  const trace = (tx: Tx, type: string, chain: string, payload: Record<string, string | null>): Promise<void> =>
    evidence.trace(tx, { room: "trust-extension", type, subject: `chain ${chain}`, payload });

  return {
    async begin(tx, root) {
      const id = newId<"chain">();
      const written = await tx.first<{ id: string }>(
        `insert into trust_extension.chain (id, issuer, root_digest, root, client_id, person, session_state, began_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (root_digest) do update set root_digest = excluded.root_digest returning id`,
        [id, root.issuer, root.digest, seal.seal(Buffer.from(root.token)), root.clientId, root.person, root.sessionState, real.now(), root.endsAt],
      );
      return written?.id ?? id;
    },
    async pass(tx, chain, pass) {
      const written = await tx.run(
        `insert into trust_extension.pass (id, chain, parent, at, from_client, to_client, api, scope, subject_digest, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (api, subject_digest) do nothing`,
        [pass.id, chain, pass.parent, real.now(), pass.fromClient, pass.toClient, pass.api, pass.scope, pass.subjectDigest, pass.endsAt],
      );
      if (written !== 1) return false;
      await trace(tx, "pass", chain, { pass: pass.id, parent: pass.parent ?? null, from: pass.fromClient, to: pass.toClient, api: pass.api });
      return true;
    },
    async findWay(passId) {
      const rows = await store.query<PassRow>(
        `with recursive way as (
           select p.*, 0 as step from trust_extension.pass p where p.id = $1
           union all select p.*, way.step + 1 from trust_extension.pass p join way on p.id = way.parent where way.step < 20)
         select id, chain, parent, from_client, to_client, api, revoked_at from way order by step desc`,
        [passId],
      );
      const first = rows[0];
      const row = first && (await store.first<ChainRow>(`select ${chainColumns}, ends_at from trust_extension.chain where id = $1`, [first.chain]));
      if (!row) return undefined;
      return {
        chain: { id: row.id, issuer: row.issuer, clientId: row.client_id, person: row.person, sessionState: row.session_state, endsAt: row.ends_at },
        passes: rows.map((pass) => ({
          id: pass.id,
          chain: pass.chain,
          parent: pass.parent,
          fromClient: pass.from_client,
          toClient: pass.to_client,
          api: pass.api,
        })),
        revoked: rows.some((pass) => pass.revoked_at !== null),
      };
    },
    async rootOf(chain) {
      const row = await store.first<{ root: Uint8Array | null }>("select root from trust_extension.chain where id = $1 and ends_at > $2", [chain, real.now()]);
      return row?.root ? Buffer.from(seal.unseal(row.root)).toString("utf8") : undefined;
    },
    revoke: (passId) =>
      store.transaction(async (tx) => {
        const row = await tx.first<{ chain: string }>("update trust_extension.pass set revoked_at = $2 where id = $1 and revoked_at is null returning chain", [
          passId,
          real.now(),
        ]);
        if (row) await trace(tx, "pass-revoked", row.chain, { pass: passId });
      }),
    serve: (service) =>
      store.transaction(async (tx) => {
        const id = newId<"service">();
        await tx.run("insert into trust_extension.service (id, at, pass, method, path) values ($1, $2, $3, $4, $5)", [
          id,
          real.now(),
          service.pass,
          service.method,
          service.path,
        ]);
        // What a path says of a patient stays in this room's table; the sealed trace names the pass.
        await evidence.trace(tx, { room: "trust-extension", type: "service", subject: `pass ${service.pass}`, payload: { service: id } });
        return id;
      }),
    served: (id, status) => store.run("update trust_extension.service set status = $2 where id = $1", [id, status]).then(() => undefined),
    list: (from, limit) =>
      from.query<ChainLine>(
        `select ${chainColumns}, (select count(*) from trust_extension.pass p where p.chain = c.id) as passes from trust_extension.chain c order by began_at desc, id desc limit $1`,
        [limit],
      ),
    async show(from, id) {
      const chain = await from.first<Omit<ChainLine, "passes">>(`select ${chainColumns} from trust_extension.chain where id = $1`, [id]);
      if (!chain) return undefined;
      const passes = await from.query<ChainPage["passes"][number]>(
        "select id, parent, at, from_client, to_client, api, scope, ends_at, revoked_at from trust_extension.pass where chain = $1 order by at, id limit 500",
        [id],
      );
      const services = await from.query<ChainPage["services"][number]>(
        `select s.at, s.pass, p.api, p.from_client as client_id, s.method, s.path, s.status
           from trust_extension.service s join trust_extension.pass p on p.id = s.pass where p.chain = $1 order by s.at, s.id limit 2000`,
        [id],
      );
      return { ...chain, passes, services };
    },
    async prune() {
      await store.run("update trust_extension.chain set root = null where root is not null and ends_at < $1", [real.now()]);
    },
  };
}
