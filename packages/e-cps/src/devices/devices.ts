// Devices: finding them, authenticating their signed requests, judging PINs, ending them.

import type { Refusal, Temporal } from "@cercle/kernel";
import type { Queryable, Store, Tx } from "@cercle/store";
import { z } from "zod";
import type { Usages } from "../approval/usage.ts";
import { buildSignedText } from "../device/signed-text.ts";
import { eCpsErrors } from "../errors.ts";
import { deviceCalled, deviceEnded } from "../events.ts";
import { endClauses, endEntries } from "../own-file.ts";
import type { Clocks, UseRight } from "../ports.ts";
import { type EndReason, endReasons } from "../reasons.ts";
import { judgeCounter } from "./counter-rules.ts";
import { pinTries } from "./pin-rules.ts";
import { type Secrets, sameBytes, verifySignature } from "./secrets.ts";

export type DeviceRow = {
  readonly id: string;
  readonly national_id: string;
  readonly state: "active" | "blocked" | "ended";
  readonly public_key: Uint8Array;
  readonly counter: number;
  readonly activated_by: string;
  readonly activated_at: Temporal.Instant;
  readonly seen_at: Temporal.Instant | null;
  readonly end_reason: EndReason | null;
  readonly name: string | null;
};

/** What an ended telephone is told: why, and under which clause. */
const refuseEnded = (reason: EndReason): Refusal =>
  eCpsErrors.refuse("e-cps.device-ended", { params: { ...endReasons[reason], clause: endClauses[reason] }, clause: endClauses[reason] });

export const envelopeSchema = z.object({
  device: z.uuid(),
  challenge: z.string().max(160),
  counter: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  payload: z.string().max(20_000),
  signature: z.string().max(120),
});
export type Envelope = z.output<typeof envelopeSchema>;

export type Devices = {
  challenge(device: string): Promise<string>;
  /** The device of a signed request, or a refusal. A second holder of its key stops it for good. */
  authenticate(path: string, envelope: Envelope): Promise<DeviceRow>;
  /** Judges and counts the try at once; `whenBlocked` goes with the block. Throws `e-cps.wrong-pin`, `e-cps.blocked`. */
  checkPin(device: DeviceRow, pin: string, whenBlocked?: (tx: Tx) => Promise<void>): Promise<void>;
  /** The standing e-CPS of a person, active or blocked. */
  standing(from: Queryable, nationalId: string): Promise<DeviceRow | undefined>;
  end(tx: Tx, device: { id: string; national_id: string }, reason: EndReason): Promise<boolean>;
  /** All of one person's, newest first. */
  all(from: Queryable, nationalId: string): Promise<readonly DeviceRow[]>;
  /** The standing e-CPS of these persons. */
  standingOf(from: Queryable, nationalIds: readonly string[]): Promise<readonly { id: string; national_id: string }[]>;
};

const challengeMillis = 120_000;
const columns = "d.id, d.national_id, d.state, d.public_key, d.counter, d.activated_by, d.activated_at, d.seen_at, d.end_reason, i.name";
const tables = "e_cps.device d left join e_cps.device_identifier i on i.device_id = d.id";

export function createDevices({
  store,
  secrets,
  clocks,
  usages,
  right,
}: {
  store: Store;
  secrets: Secrets;
  clocks: Clocks;
  usages: Usages;
  right: UseRight;
}): Devices {
  const find = (id: string): Promise<DeviceRow | undefined> => store.first<DeviceRow>(`select ${columns} from ${tables} where d.id = $1`, [id]);
  const live = async (id: string): Promise<DeviceRow> => {
    const device = await find(id);
    if (!device) throw eCpsErrors.refuse("e-cps.unknown-device");
    if (device.state === "ended") {
      if (device.end_reason === "cloned") throw eCpsErrors.refuse("e-cps.cloned", { clause: "e-CPS 4" });
      throw refuseEnded(device.end_reason ?? "removed");
    }
    return device;
  };

  const end: Devices["end"] = async (tx, device, reason) => {
    const ended = await tx.run(
      "update e_cps.device set state = 'ended', ended_at = $2, end_reason = $3, pin_verifier = ''::bytea where id = $1 and state <> 'ended'",
      [device.id, clocks.real.now(), reason],
    );
    if (ended === 0) return false;
    await tx.run("update e_cps.approval set state = 'expired', decided_at = $2 where device_id = $1 and state = 'pending'", [device.id, clocks.real.now()]);
    await tx.run("update e_cps.device_identifier set push = null where device_id = $1", [device.id]);
    await usages.record(tx, { nationalId: device.national_id, device: device.id, kind: "end", result: reason });
    await right.end(tx, device.national_id, endEntries[reason]);
    // Its open connection looks again, and learns that it has ended.
    store.emit(tx, { kind: deviceCalled, subject: device.id, payload: { device: device.id, quiet: false } });
    store.emit(tx, { kind: deviceEnded, subject: device.national_id, payload: { device: device.id, national_id: device.national_id, reason } });
    return true;
  };

  return {
    end,
    async challenge(id) {
      const device = await live(id);
      return secrets.makeChallenge({ device: device.id, counter: device.counter, atMillis: clocks.real.now().epochMilliseconds });
    },
    async authenticate(path, { device: id, challenge, counter, payload, signature }) {
      const device = await live(id);
      const issued = secrets.readChallenge(id, challenge);
      const age = issued ? clocks.real.now().epochMilliseconds - issued.atMillis : Number.POSITIVE_INFINITY;
      if (!issued || !verifySignature(device.public_key, buildSignedText({ path, device: id, challenge, counter, payload }), signature)) {
        throw eCpsErrors.refuse("e-cps.bad-signature");
      }
      if (age > challengeMillis) throw eCpsErrors.refuse("e-cps.again");
      if (judgeCounter({ atIssue: issued.counter, last: device.counter, given: counter }) === "clone") {
        await store.transaction((tx) => end(tx, device, "cloned"));
        throw eCpsErrors.refuse("e-cps.cloned", { clause: "e-CPS 4" });
      }
      // One statement: of two requests with the same counter, one passes.
      const moved = await store.run("update e_cps.device set counter = $2, seen_at = $3 where id = $1 and counter < $2 and state <> 'ended'", [
        id,
        counter,
        clocks.real.now(),
      ]);
      if (moved === 0) throw eCpsErrors.refuse("e-cps.again");
      return { ...device, counter };
    },
    async checkPin(device, pin, whenBlocked) {
      const kept = await store.first<{ pin_salt: Uint8Array; pin_verifier: Uint8Array }>("select pin_salt, pin_verifier from e_cps.device where id = $1", [
        device.id,
      ]);
      const right = kept !== undefined && sameBytes(secrets.pinVerifier({ pin, salt: kept.pin_salt, device: device.id }), kept.pin_verifier);
      // Count, verdict and block are one statement, and nothing is answered before it is durable: of eight parallel wrong tries
      // three are judged, and a process killed at any point leaves a count that decides by itself (ECPS-09).
      const counted = await store.transaction(async (tx) => {
        const row = await tx.first<{ pin_attempts: number }>(
          `update e_cps.device set pin_attempts = case when $2 then 0 else pin_attempts + 1 end,
                  state = case when $2 or pin_attempts + 1 < $3 then state else 'blocked' end
            where id = $1 and state = 'active' and pin_attempts < $3 returning pin_attempts`,
          [device.id, right, pinTries],
        );
        if (!row || right) return row;
        const blocks = row.pin_attempts >= pinTries;
        await usages.record(tx, { nationalId: device.national_id, device: device.id, kind: "pin", result: blocks ? "blocked" : "wrong" });
        if (blocks) await whenBlocked?.(tx);
        return row;
      });
      if (!counted) throw eCpsErrors.refuse("e-cps.blocked");
      if (right) return;
      const left = pinTries - counted.pin_attempts;
      throw left > 0 ? eCpsErrors.refuse("e-cps.wrong-pin", { params: { left } }) : eCpsErrors.refuse("e-cps.blocked");
    },
    all: (from, nationalId) =>
      from.query<DeviceRow>(`select ${columns} from ${tables} where d.national_id = $1 order by d.activated_at desc limit 20`, [nationalId]),
    standingOf: (from, nationalIds) =>
      from.query("select id, national_id from e_cps.device where national_id = any($1) and state in ('active', 'blocked')", [nationalIds]),
    standing: (from, nationalId) =>
      from.first<DeviceRow>(`select ${columns} from ${tables} where d.national_id = $1 and d.state in ('active', 'blocked')`, [nationalId]),
  };
}
