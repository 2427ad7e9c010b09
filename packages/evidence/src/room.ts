// The room, put together: what runs beside `createEvidence`, which governance opens with its own clock.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { createLog, type Log } from "./log.ts";
import type { Keys, SignerPort } from "./ports.ts";
import { publicEvidenceRoutes } from "./public-routes.ts";
import { createOutsideAuthority, openOwnAuthority } from "./tsa.ts";

export type EvidenceRoom = {
  readonly log: Log;
  readonly routes: readonly Route[];
  /** Signs a head now if something changed, and asks for the missing timestamps. */
  publish(): Promise<void>;
};

export type EvidenceRoomOptions = {
  readonly store: Store;
  readonly keys: Keys;
  readonly signer: SignerPort;
  readonly real: Clock;
  readonly spaceName: string;
  readonly headSeconds: number;
  readonly timestampUrl?: string | undefined;
  /** PEM. */
  readonly timestampAnchors?: string | undefined;
  origin(): string;
};

export async function openEvidenceRoom({
  store,
  keys,
  signer,
  real,
  spaceName,
  headSeconds,
  timestampUrl,
  timestampAnchors,
  origin,
}: EvidenceRoomOptions): Promise<EvidenceRoom> {
  const own = await openOwnAuthority({ keys, real, name: spaceName });
  const authority = timestampUrl ? createOutsideAuthority({ url: timestampUrl }) : own;
  const log = createLog({ store, signer, authority, anchors: timestampUrl ? timestampAnchors : own.anchor, real });
  const publish = async (): Promise<void> => {
    await store.transaction((tx) => log.publish(tx));
    await log.timestamp();
  };
  await store.jobs.every("evidence.publish", headSeconds, publish);
  return { log, publish, routes: publicEvidenceRoutes({ store, origin, spaceName, anchor: own.anchor }) };
}
