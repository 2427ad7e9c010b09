// Traces of sign-ins (PSC-28), and the log of each client. Details lie in our own erasable table; the sealed trace holds their digest.
import { createHash, randomBytes } from "node:crypto";
import type { Evidence } from "@cercle/evidence";
import { type Clock, newId, Temporal, type Text } from "@cercle/kernel";
import { json, type Queryable, type Store } from "@cercle/store";
import { findMending } from "./mending.ts";
import type { Environment } from "./ports.ts";

export type SignInTrace = {
  readonly environment: Environment;
  readonly clientId: string;
  readonly person: string;
  readonly means: string;
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
export type ClientFault = { readonly clientId: string; readonly route: string; readonly error: string; readonly description: string };

export type Traces = {
  signIn(trace: SignInTrace): Promise<void>;
  /** Newest first. */
  ofPerson(from: Queryable, person: string): Promise<readonly StoredSignIn[]>;
  fault(fault: ClientFault): Promise<void>;
  faultsOf(from: Queryable, clientId: string): Promise<readonly { at: Temporal.Instant; route: string; error: string; description: string; expected: Text }[]>;
  /** A card (or other means) was shown and not accepted. */
  meansRefused(payload: { environment: Environment; means: string; clientId: string; reason: string }): Promise<void>;
  /** An attempt against the working of the service: seen, and what was done. */
  robot(payload: { environment: Environment; bin: string; signals: readonly string[]; verdict: string }): Promise<void>;
  /** Erases on schedule: device identifiers after three years, sign-ins after six; answers how many, and leaves the proof. */
  erase(): Promise<{ devices: number; signIns: number }>;
};

const keepSignIns = { years: 6 } as const;
const keepDevices = { years: 3 } as const;
const faultsKept = 200;

export function createTraces({ store, evidence, real }: { store: Store; evidence: Evidence; real: Clock }): Traces {
  const before = (duration: { years: number }): Temporal.Instant => real.now().toZonedDateTimeISO("UTC").subtract(Temporal.Duration.from(duration)).toInstant();
  return {
    async signIn({ environment, clientId, person, means, kind, device, place, result }) {
      const id = newId<"sign-in">();
      const at = real.now();
      const salt = randomBytes(16).toString("base64url");
      const digest = createHash("sha256")
        .update(json([salt, id, environment, clientId, person, means, kind, device ?? "", place, result]))
        .digest("hex");
      await store.transaction(async (tx) => {
        // PSC 4: continued use after new terms took effect is acceptance; the first such use is what proves it.
        await tx.run(
          `with accepted as (
             insert into connect.terms_acceptance (client_id, version, by, at)
             select $4, version, 'use', $2 from connect.terms where effective_at <= $2 and $10 = 'approved' order by effective_at desc limit 1
             on conflict do nothing)
           insert into connect.sign_in (id, at, environment, client_id, person, means, kind, device, place, result)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
          [id, at, environment, clientId, person, means, kind, device ?? null, place, result],
        );
        await evidence.trace(tx, {
          room: "connect",
          type: "sign-in",
          subject: `client ${clientId}`,
          payload: { id, environment, means, kind, result, salt, digest },
        });
      });
    },
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
      await store.transaction((tx) =>
        evidence.trace(tx, { room: "connect", type: "robot", subject: `bin ${bin}`, payload: { environment, signals: [...signals], verdict } }),
      );
    },
    async erase() {
      return store.transaction(async (tx) => {
        const devices = await tx.run("update connect.sign_in set device = null where device is not null and at < $1", [before(keepDevices)]);
        const signIns = await tx.run("delete from connect.sign_in where at < $1", [before(keepSignIns)]);
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
