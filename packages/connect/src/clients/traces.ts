// Traces of sign-ins (PSC-28), and the log of each client. Details lie in our own erasable table; the sealed trace holds their digest.
import { createHash, randomBytes } from "node:crypto";
import type { Evidence } from "@cercle/evidence";
import { type Clock, newId, Temporal, type Text } from "@cercle/kernel";
import { json, type Queryable, type Store } from "@cercle/store";
import { createBatch } from "../availability/batch.ts";
import type { Environment } from "../ports.ts";
import { insertRows, type PayloadRow, rowParameters } from "../provider/writes.ts";
import { findMending } from "./mending.ts";

export type SignInTrace = {
  readonly environment: Environment;
  readonly clientId: string;
  readonly person: string;
  readonly means: string;
  /** `sign-in` by a means, `ciba`, or `session`: a service let in by a session that was open already. */
  readonly kind: string;
  readonly device: string | undefined;
  readonly place: string;
  readonly result: string;
};
export type StoredSignIn = {
  readonly id: string;
  readonly at: Temporal.Instant;
  readonly environment: Environment;
  readonly client_id: string;
  readonly means: string;
  readonly kind: string;
  readonly device: string | null;
  readonly place: string;
  readonly result: string;
};
export type Taking = {
  readonly attempt: string;
  /** The answered request, which has the attempt's id: changed only where it still waits. */
  readonly answered?: PayloadRow | undefined;
  /** What the answer gives besides (grant, session). */
  readonly given?: readonly PayloadRow[];
};
export type ClientFault = { readonly clientId: string; readonly route: string; readonly error: string; readonly description: string };

export type Traces = {
  /** Keeps it. With `taking`, the same statement uses that attempt up and answers its request: of two callers one answers true. */
  signIn(trace: SignInTrace, taking?: Taking): Promise<boolean>;
  /** The digests of sign-ins not yet in the sealed traces go there, many in one trace; answers how many. */
  seal(): Promise<number>;
  /** Newest first. */
  ofPerson(from: Queryable, person: string): Promise<readonly StoredSignIn[]>;
  fault(fault: ClientFault): Promise<void>;
  faultsOf(from: Queryable, clientId: string): Promise<readonly { at: Temporal.Instant; route: string; error: string; description: string; expected: Text }[]>;
  /** A card (or other means) was shown and not accepted. */
  meansRefused(payload: { environment: Environment; means: string; clientId: string; reason: string }): Promise<void>;
  /** An attempt against the working of the service: seen, and what was done. */
  robot(payload: { environment: Environment; bin: string; signals: readonly string[]; verdict: string }): Promise<void>;
  /** Writes what was gathered. */
  stop(): Promise<void>;
  /** Erases on schedule: device identifiers after three years, sign-ins after six; answers how many, and leaves the proof. */
  erase(): Promise<{ devices: number; signIns: number }>;
};

type RobotSeen = { readonly environment: Environment; readonly bin: string; readonly signals: string[]; readonly verdict: string };

const keepSignIns = { years: 6 } as const;
const keepDevices = { years: 3 } as const;
const faultsKept = 200;

export function createTraces({ store, evidence, real, governance }: { store: Store; evidence: Evidence; real: Clock; governance: Clock }): Traces {
  const before = (duration: { years: number }): Temporal.Instant =>
    governance.now().toZonedDateTimeISO("UTC").subtract(Temporal.Duration.from(duration)).toInstant();
  const authorised = createBatch<RobotSeen>({
    millis: 1000,
    size: 500,
    write: (seen) => store.transaction((tx) => evidence.trace(tx, { room: "connect", type: "robots", payload: { seen: [...seen] } })),
  });
  return {
    async signIn({ environment, clientId, person, means, kind, device, place, result }, taking) {
      const facts = [newId<"sign-in">(), real.now(), environment, clientId, person, means, kind, device ?? null, place, result];
      const params: unknown[] = [...facts, governance.now()];
      const add = (...more: unknown[]): number => params.push(...more) - more.length + 1;
      const attempt = taking && add(taking.attempt);
      const answered = taking?.answered && add(taking.answered.payload, taking.answered.model);
      const given = taking?.given?.length ? add(...rowParameters(taking.given)) : undefined;
      // PSC 4: continued use after new terms took effect is acceptance; the first such use is what proves it.
      const written = await store.run(
        `with taken as (${attempt ? `update connect.attempt set used_at = $2 where id = $${attempt} and used_at is null returning 1` : "select 1"}),
         ${answered ? `answered as (update connect.payload set payload = $${answered} where model = $${answered + 1} and id = $${attempt} and exists (select from taken)),` : ""}
         ${given ? `given as (${insertRows(given, "exists (select from taken)")}),` : ""}
         accepted as (
           insert into connect.terms_acceptance (client_id, version, by, at)
           select $4, version, 'use', $2 from connect.terms where effective_at <= $2 and $10 = 'approved' and exists (select from taken)
            order by effective_at desc limit 1
           on conflict do nothing)
         insert into connect.sign_in (id, at, environment, client_id, person, means, kind, device, place, result, collected_at)
         select $1::uuid, $2::timestamptz, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text, $10::text, $11::timestamptz from taken`,
        params,
      );
      return written === 1;
    },
    seal: () =>
      store.transaction(async (tx) => {
        const rows = await tx.query<{ id: string } & Record<string, unknown>>(
          `update connect.sign_in set traced = true
            where id in (select id from connect.sign_in where not traced order by id limit 500 for update skip locked)
           returning id, environment, client_id, person, means, kind, device, place, result`,
        );
        if (rows.length === 0) return 0;
        const sealed = rows.map(({ id, ...facts }) => {
          const salt = randomBytes(16).toString("base64url");
          return {
            id,
            salt,
            digest: createHash("sha256")
              .update(json([salt, id, facts]))
              .digest("hex"),
          };
        });
        await evidence.trace(tx, { room: "connect", type: "sign-ins", payload: { sign_ins: sealed } });
        return rows.length;
      }),
    ofPerson: (from, person) =>
      from.query<StoredSignIn>(
        "select id, at, environment, client_id, means, kind, device, place, result from connect.sign_in where person = $1 order by at desc limit 500",
        [person],
      ),
    async fault({ clientId, route, error, description }) {
      const expected = findMending(error, description);
      await store.transaction(async (tx) => {
        await tx.run("insert into connect.client_log (client_id, at, route, error, description, expected) values ($1, $2, $3, $4, $5, $6)", [
          clientId.slice(0, 128),
          real.now(),
          route,
          error,
          description.slice(0, 500),
          json(expected),
        ]);
        await evidence.trace(tx, { room: "connect", type: "refused", subject: `client ${clientId.slice(0, 128)}`, payload: { route, error } });
      });
    },
    faultsOf: (from, clientId) =>
      from.query("select at, route, error, description, expected from connect.client_log where client_id = $1 order by seq desc limit $2", [
        clientId,
        faultsKept,
      ]),
    async meansRefused({ environment, means, clientId, reason }) {
      await store.transaction((tx) =>
        evidence.trace(tx, { room: "connect", type: "means-refused", subject: `client ${clientId}`, payload: { environment, means, reason } }),
      );
    },
    async robot({ environment, bin, signals, verdict }) {
      const seen = { environment, bin, signals: [...signals], verdict };
      // What an operator authorised hinders nobody: noted with others. What was slowed or refused is noted at once.
      if (verdict === "authorised") return authorised.add(seen);
      await store.transaction((tx) => evidence.trace(tx, { room: "connect", type: "robots", payload: { seen: [seen] } }));
    },
    stop: () => authorised.stop(),
    async erase() {
      return store.transaction(async (tx) => {
        const devices = await tx.run("update connect.sign_in set device = null where device is not null and collected_at <= $1", [before(keepDevices)]);
        const signIns = await tx.run("delete from connect.sign_in where collected_at <= $1", [before(keepSignIns)]);
        await tx.run(
          `delete from connect.client_log where seq in (
             select seq from (select seq, row_number() over (partition by client_id order by seq desc) as n from connect.client_log) ranked where n > $1)`,
          [faultsKept],
        );
        await tx.run("delete from connect.attempt where expires_at < $1", [real.now().subtract({ hours: 24 })]);
        if (devices + signIns > 0) {
          await evidence.trace(tx, {
            room: "connect",
            type: "erased",
            payload: { devices, sign_ins: signIns, basis: "retention: sign-ins 6 years, devices 3" },
          });
        }
        return { devices, signIns };
      });
    },
  };
}
