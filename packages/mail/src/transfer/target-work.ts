// What the target does by itself: knock until the source lets it in, copy round after round, read the rest behind the closed gate, compare,
// and take the domain when the source says that it switched. Anything that fails is tried again, from the places that were reached.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Mailboxes } from "../mailboxes/mailboxes.ts";
import type { Vault } from "../mailboxes/sealing.ts";
import type { TraceMail } from "../ports.ts";
import { digestDomain } from "./digest.ts";
import { freeze, type Gate } from "./gate.ts";
import { publicKeyOf } from "./keys.ts";
import { pullRound } from "./pull.ts";
import type { Records, TransferRow } from "./record.ts";
import { isOver, type TransferState } from "./steps.ts";
import { createStreamClient, type StreamClient } from "./stream-client.ts";
import type { Target } from "./target.ts";

export type FollowOptions = {
  readonly domain: string;
  readonly store: Store;
  readonly mailboxes: Mailboxes;
  readonly vault: Vault;
  readonly gate: Gate;
  readonly records: Records;
  readonly target: Target;
  readonly transfer: string;
  useCertificate(certificate: { key: string; certificate: string }): void;
  readonly trace: TraceMail;
  readonly real: Clock;
  forget(): void;
  onError(error: unknown): void;
};

const pauseMillis = { busy: 50, idle: 500, failed: 1000 } as const;

export function followSource(options: FollowOptions): { stop(): Promise<void> } {
  const { store, records, vault, transfer } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let client: StreamClient | undefined;

  const turn = async (): Promise<keyof typeof pauseMillis | "over"> => {
    const row = await records.find(store, transfer);
    if (!row || isOver(row.state)) return "over";
    client ??= createStreamClient({
      id: row.id,
      place: row.place ?? "",
      fingerprint: row.peer ?? "",
      own: { key: Buffer.from(vault.unseal(row.sealed_key)).toString("utf8"), certificate: row.certificate },
    });
    if (row.state === "announced") await knock(options, client, row);
    const { state, certificate } = (await client.askOne({ ask: "state" })).head as { state: TransferState; certificate: string | null };
    if (state === "switched" && certificate) return receive(options, row, certificate).then(() => "over" as const);
    if (state === "cancelled") {
      await records.note(store, transfer, { said: "cancelled by the source" });
      return "failed";
    }
    if (!["copying", "closing", "closed"].includes(state)) return "idle";
    if (row.state === "accepted") await store.transaction((tx) => records.take(tx, transfer, "confirm"));
    const context = { client, target: options.target, mailboxes: options.mailboxes, over: () => stopped };
    const count = await pullRound(context, state === "closed");
    if (stopped) return "over";
    await records.note(store, transfer, { source: state, last_round: count });
    if (state !== "closed") return count > 0 ? "busy" : "idle";
    await compare(options, client);
    return "busy";
  };

  let failure = "";
  const run = (): void => {
    working = turn()
      .catch(async (error: unknown) => {
        const said = error instanceof Error ? error.message.slice(0, 200) : "failed";
        // Said once, not every second.
        if (said !== failure) {
          options.onError(error);
          await records.note(store, transfer, { said }).catch(() => undefined);
        }
        failure = said;
        return "failed" as const;
      })
      .then((next) => {
        if (next === "over") client?.close();
        if (next === "over" && !stopped) options.forget();
        else if (!stopped && next !== "over") timer = setTimeout(run, pauseMillis[next]);
      });
  };
  let working: Promise<unknown> = Promise.resolve();
  run();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      client?.close();
      await working;
    },
  };
}

async function knock({ store, records, vault, transfer }: FollowOptions, client: StreamClient, row: TransferRow): Promise<void> {
  const open = (sealed: Uint8Array | null): string => Buffer.from(vault.unseal(sealed ?? new Uint8Array())).toString("utf8");
  await client.askOne({
    ask: "accept",
    secret: open(row.secret),
    gateway: row.gateway ?? "",
    public_key: publicKeyOf(open(row.mail_key)).toString("base64"),
  });
  await store.transaction((tx) => records.take(tx, transfer, "accept"));
}

/** What differs is copied again by the next round. */
async function compare({ store, mailboxes: { schema }, target, records, transfer }: FollowOptions, client: StreamClient): Promise<void> {
  const digests = await digestDomain(store, schema);
  const { agree, differ = [] } = (await client.askOne({ ask: "compared", digests })).head as { agree: boolean; differ?: readonly string[] };
  if (agree) return;
  await records.note(store, transfer, { differ: differ.join(" ") });
  await target.forget(differ);
}

async function receive(options: FollowOptions, row: TransferRow, certificate: string): Promise<void> {
  const { store, records, target, vault, gate, transfer } = options;
  const { schema } = options.mailboxes;
  await store.transaction(async (tx) => {
    const taken = await records.take(tx, transfer, "receive", { mail_certificate: certificate });
    if (!taken) return;
    await target.settle(tx);
    await freeze(tx, schema, false);
    await options.trace(tx, "transfer", { transfer, step: "receive" });
  });
  options.useCertificate({ key: Buffer.from(vault.unseal(row.mail_key ?? new Uint8Array())).toString("utf8"), certificate });
  await gate.refresh();
}
