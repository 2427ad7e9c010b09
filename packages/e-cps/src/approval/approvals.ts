// Requests to a telephone: started by a sign-in, answered by one number of three and a PIN, refused, reported, expired.
import { randomInt } from "node:crypto";
import { type Id, newId, type Refusal, Temporal } from "@cercle/kernel";
import { json, type Queryable, type Store, type Tx } from "@cercle/store";
import type { Decided, Decision, Waiting, WaitingRequest, Words } from "../device/index.ts";
import type { DeviceRow, Devices } from "../devices/devices.ts";
import { eCpsErrors } from "../errors.ts";
import { approvalDecided, deviceCalled } from "../events.ts";
import { findClosing } from "../own-file.ts";
import type { ApprovalRequest, ApprovalState, Approvals, Clocks, UseRight } from "../ports.ts";
import { chooseChoices, chooseNumber, type Random } from "./numbers.ts";
import type { Push } from "./push.ts";
import type { Usages } from "./usage.ts";
import { decideWave, waveMinutes } from "./wave-rules.ts";

type StoredState = ApprovalState | "cancelled";
type ClientView = { name: Words; purpose: Words; url?: string };
type Row = {
  readonly id: Id<"approval">;
  readonly national_id: string;
  readonly device_id: string;
  readonly client_id: string;
  readonly client: ClientView;
  readonly place: string;
  readonly number: string;
  readonly choices: readonly string[];
  readonly quiet: boolean;
  readonly kind: "sign-in" | "ciba";
  readonly environment: "bas" | "production";
  readonly state: StoredState;
  readonly created_at: Temporal.Instant;
  readonly expires_at: Temporal.Instant;
  readonly decided_at: Temporal.Instant | null;
};

/** What a service receives (art. 9): the person's history names it. */
export const dataHandedOver = ["identity", "profession", "situations"] as const;

export type ApprovalDesk = Approvals & {
  waiting(device: DeviceRow): Promise<Waiting>;
  claim(device: DeviceRow, number: string): Promise<WaitingRequest>;
  decide(device: DeviceRow, id: string, decision: Decision): Promise<Decided>;
  /** Marks what is out of time, and tells. */
  expire(): Promise<void>;
  /** The door shut for these persons: nothing waits any more. */
  stop(nationalIds: readonly string[]): Promise<void>;
  /** The right number, for the sandbox's devices without a screen. */
  peekNumber(id: string): Promise<string | undefined>;
  /** The number of the oldest quiet request, for them too. */
  quietNumber(nationalId: string): Promise<string | undefined>;
};

/** Another answer came first: what was to be settled is. */
function unlessGone(error: unknown): void {
  if ((error as { code?: string }).code !== "e-cps.no-approval") throw error;
}

const cryptoRandom: Random = { below: (n) => randomInt(n) };

export function createApprovals({
  store,
  clocks,
  devices,
  usages,
  right,
  push,
  seconds,
}: {
  store: Store;
  clocks: Clocks;
  devices: Devices;
  usages: Usages;
  right: UseRight;
  push: Push;
  seconds: number;
}): ApprovalDesk {
  const now = (): Temporal.Instant => clocks.real.now();
  const past = (row: Row): boolean => Temporal.Instant.compare(row.expires_at, now()) <= 0;
  const view = (row: Row): WaitingRequest => ({
    id: row.id,
    service: row.client.name,
    purpose: row.client.purpose,
    place: row.place,
    kind: row.kind,
    environment: row.environment,
    choices: row.choices,
    created_at: row.created_at.toString(),
    expires_at: row.expires_at.toString(),
    data: dataHandedOver,
  });
  const record = (tx: Tx, row: Row, result: string): Promise<void> =>
    usages.record(tx, {
      nationalId: row.national_id,
      device: row.device_id,
      kind: "sign-in",
      result,
      facts: {
        client: row.client_id,
        name: { ...row.client.name },
        purpose: { ...row.client.purpose },
        ...(row.client.url ? { url: row.client.url } : {}),
        place: row.place,
        means: "e-cps",
        environment: row.environment,
        ...(result === "approved" ? { data: [...dataHandedOver] } : {}),
      },
    });
  const tell = (tx: Tx, id: string, state: Exclude<ApprovalState, "pending">): void =>
    store.emit(tx, { kind: approvalDecided, subject: id, payload: { id, state } });

  /** Moves one waiting request to its end; of two answers at once one succeeds, the other is told that nothing waits. */
  const settle = async (tx: Tx, device: DeviceRow, id: string, state: Exclude<ApprovalState, "pending">, reported = false): Promise<Row> => {
    const row = await tx.first<Row>(
      `update e_cps.approval set state = $3, decided_at = $4, reported = $5
        where id = $1 and device_id = $2 and state = 'pending' and expires_at > $4 returning *`,
      [id, device.id, state, now(), reported],
    );
    if (!row) throw eCpsErrors.refuse("e-cps.no-approval");
    await record(tx, row, reported ? "reported" : state);
    tell(tx, id, state);
    return row;
  };
  const lapse = (which: string, params: readonly unknown[]): Promise<void> =>
    store.transaction(async (tx) => {
      const rows = await tx.query<Row>(
        `update e_cps.approval set state = 'expired', decided_at = $1
          where id in (select id from e_cps.approval where state = 'pending' and ${which} limit 200 for update skip locked) returning *`,
        [now(), ...params],
      );
      for (const row of rows) {
        await record(tx, row, "expired");
        tell(tx, row.id, "expired");
      }
    });
  const pendingOf = (device: DeviceRow): Promise<readonly Row[]> =>
    store.query<Row>("select * from e_cps.approval where device_id = $1 and state = 'pending' and expires_at > $2 order by created_at", [device.id, now()]);
  const letThrough = async (from: Queryable, nationalId: string): Promise<void> => {
    const refusal = await right.refusal(from, nationalId);
    if (refusal) throw refusal;
  };

  /** Without a telephone: the closed right when it was not the person's will, so that the page says why (art. 5, 6, 12.2). */
  const refuseAbsent = async (from: Queryable, nationalId: string): Promise<Refusal> => {
    const closed = await right.refusal(from, nationalId);
    const closing = findClosing(closed?.clause ?? "");
    return closed && closing && !closing.willed ? closed : eCpsErrors.refuse("e-cps.no-device");
  };

  return {
    async start(tx, request) {
      // One at a time for a person: the wave rules count what is there.
      await tx.run("select pg_advisory_xact_lock(hashtextextended($1, 31))", [request.nationalId]);
      const device = await devices.standing(tx, request.nationalId);
      if (!device) throw await refuseAbsent(tx, request.nationalId);
      if (device.state === "blocked") throw eCpsErrors.refuse("e-cps.blocked");
      await letThrough(tx, request.nationalId);
      const verdict = decideWave(await countWave(tx, request, now()));
      if (verdict === "throttled") throw eCpsErrors.refuse("e-cps.throttled", { params: { seconds } });
      const taken = await tx.query<{ number: string }>("select number from e_cps.approval where national_id = $1 and state = 'pending' and expires_at > $2", [
        request.nationalId,
        now(),
      ]);
      const number =
        request.number ??
        chooseNumber(
          cryptoRandom,
          taken.map((row) => row.number),
        );
      const id = newId<"approval">();
      const expiresAt = now().add({ seconds });
      const { name, purpose, url } = request.client;
      await tx.run(
        `insert into e_cps.approval (id, national_id, device_id, client_id, client, place, number, choices, quiet, kind, environment, state, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, $13)`,
        [
          id,
          request.nationalId,
          device.id,
          request.client.id,
          json({ name, purpose, ...(url ? { url } : {}) }),
          request.place.slice(0, 120),
          number,
          chooseChoices(cryptoRandom, number),
          verdict === "quiet",
          request.kind,
          request.environment,
          now(),
          expiresAt,
        ],
      );
      store.emit(tx, { kind: deviceCalled, subject: device.id, payload: { device: device.id, quiet: verdict === "quiet" } });
      if (verdict === "notify") await push.wake(tx, device.id);
      return { id, number, expiresAt };
    },
    async find(id) {
      const row = await store.first<Row>("select * from e_cps.approval where id = $1", [id]);
      if (!row) return undefined;
      const state = row.state === "cancelled" || (row.state === "pending" && past(row)) ? "expired" : row.state;
      return { state, ...(row.decided_at ? { decidedAt: row.decided_at } : {}), device: row.device_id };
    },
    async cancel(tx, id) {
      const row = await tx.first<Row>("update e_cps.approval set state = 'cancelled', decided_at = $2 where id = $1 and state = 'pending' returning *", [
        id,
        now(),
      ]);
      if (!row) return;
      await record(tx, row, "cancelled");
      store.emit(tx, { kind: deviceCalled, subject: row.device_id, payload: { device: row.device_id, quiet: true } });
    },
    async waiting(device) {
      const rows = await pendingOf(device);
      return { requests: rows.filter((row) => !row.quiet).map(view), quiet: rows.filter((row) => row.quiet).length };
    },
    async claim(device, number) {
      const found = (await pendingOf(device)).filter((row) => row.number === number);
      const [only] = found;
      // Two services may have chosen the same CIBA number: then it names neither.
      if (!only || found.length > 1) throw eCpsErrors.refuse("e-cps.no-such-number");
      await store.run("update e_cps.approval set quiet = false where id = $1", [only.id]);
      return view(only);
    },
    async decide(device, id, decision) {
      if (decision.decision === "refuse") {
        await store.transaction((tx) => settle(tx, device, id, "refused", decision.report));
        return { state: "refused" };
      }
      await letThrough(store, device.national_id);
      const row = (await pendingOf(device)).find((pending) => pending.id === id);
      if (!row) throw eCpsErrors.refuse("e-cps.no-approval");
      await devices.checkPin(device, decision.pin, async (tx) => {
        await settle(tx, device, id, "blocked").catch(unlessGone);
      });
      const state = row.number === decision.number ? "approved" : "wrong-number";
      await store.transaction((tx) => settle(tx, device, id, state));
      return { state };
    },
    expire: () => lapse("expires_at <= $1", []),
    stop: (nationalIds) => lapse("national_id = any($2)", [nationalIds]),
    async quietNumber(nationalId) {
      const row = await store.first<{ number: string }>(
        "select number from e_cps.approval where national_id = $1 and state = 'pending' and quiet and expires_at > $2 order by created_at limit 1",
        [nationalId, now()],
      );
      return row?.number;
    },
    async peekNumber(id) {
      return (await store.first<{ number: string }>("select number from e_cps.approval where id = $1", [id]))?.number;
    },
  };

  function countWave(from: Queryable, { nationalId, client, place }: ApprovalRequest, at: Temporal.Instant) {
    return from
      .first<{ known: boolean; pending_here: number; bad_here: number; pending_unknown: number; bad_unknown: number }>(
        `with seen as (select client_id, place, state, reported, created_at, expires_at from e_cps.approval where national_id = $1 and created_at > $5),
              known as (select distinct client_id, place from seen where state = 'approved'),
              recent as (select s.*, (s.client_id = $2 and s.place = $3) as here, (k.client_id is null) as unknown,
                                (s.state = 'pending' and s.expires_at > $6) as pending,
                                case when s.created_at < $4 or s.state in ('approved', 'cancelled') or (s.state = 'pending' and s.expires_at > $6) then 0
                                     when s.reported then 3 else 1 end as bad
                           from seen s left join known k on k.client_id = s.client_id and k.place = s.place)
         select exists (select 1 from known where client_id = $2 and place = $3) as known,
                count(*) filter (where here and pending) as pending_here, coalesce(sum(bad) filter (where here), 0) as bad_here,
                count(*) filter (where unknown and pending) as pending_unknown, coalesce(sum(bad) filter (where unknown), 0) as bad_unknown from recent`,
        [nationalId, client.id, place.slice(0, 120), at.subtract({ minutes: waveMinutes }), at.subtract({ hours: 24 * 90 }), at],
      )
      .then((row) => ({
        known: row?.known ?? false,
        pendingHere: Number(row?.pending_here ?? 0),
        badHere: Number(row?.bad_here ?? 0),
        pendingUnknown: Number(row?.pending_unknown ?? 0),
        badUnknown: Number(row?.bad_unknown ?? 0),
      }));
  }
}
