// Every access has one of three purposes and is traced by it (MSS 5.1, 6.2); end users look up, they do not harvest.
// Traces are gathered for a second and written together: a search costs no write of its own.
import type { Evidence } from "@cercle/evidence";
import type { Store } from "@cercle/store";
import type { Actor } from "@cercle/web";
import { directoryErrors } from "./errors.ts";

export const purposes = ["create-mailbox", "feed", "look-up"] as const;
export type Purpose = (typeof purposes)[number];

export type Access = {
  readonly surface: "fhir" | "page" | "ldap" | "api" | "file";
  readonly actor: Actor;
  /** Address of the asker: the key of those who are nobody. */
  readonly address: string;
  readonly purpose: Purpose;
};

/** What a search asks for, as far as harvesting shows in it. */
export type Shape = {
  readonly what: string /** Folded beginnings of names, when the search is a prefix. */;
  readonly prefix?: string | undefined;
  readonly page?: number;
};

export type AccessLimits = { readonly entriesPerDay: number; readonly pages: number };

export type Accesses = {
  /** Throws `directory.purpose-refused`, `directory.harvest`. */
  admit(access: Access, shape: Shape): void;
  /** After the reply: how many entries left. */
  record(access: Access, shape: Shape, entries: number): void;
  flush(): Promise<void>;
  stop(): Promise<void>;
};

const operatorRoles = ["operator-contact", "officer"];
const dayMillis = 86_400_000;
const walkLength = 24;
const walkMillis = 10 * 60_000;
const maximumKeys = 20_000;

type Ledger = { day: number; entries: number; walk: { prefix: string; at: number }[]; stoppedUntil: number };

/** The key of whoever asks, for limits and traces; never a name. */
export function accessKey({ actor, address }: Pick<Access, "actor" | "address">): string {
  return actor.kind === "account" ? `account:${actor.id}` : actor.kind === "operator" ? "operator" : `address:${address}`;
}

/** Feeding and extraction are for operators; everyone may look up. */
export function mayUse(purpose: Purpose, actor: Actor): boolean {
  return purpose === "look-up" || actor.kind === "operator" || (actor.kind === "account" && actor.roles.some((role) => operatorRoles.includes(role)));
}

export function createAccesses({
  store,
  evidence,
  limits,
  now = Date.now,
}: {
  store: Store;
  evidence: Evidence;
  limits: AccessLimits;
  now?: () => number;
}): Accesses {
  const ledgers = new Map<string, Ledger>();
  let waiting: { access: Access; shape: Shape; entries: number; stopped: boolean }[] = [];

  const ledgerOf = (key: string): Ledger => {
    if (ledgers.size > maximumKeys) ledgers.clear();
    const day = Math.floor(now() / dayMillis);
    const known = ledgers.get(key);
    const ledger = known && known.day === day ? known : { day, entries: 0, walk: known?.walk ?? [], stoppedUntil: known?.stoppedUntil ?? 0 };
    ledgers.set(key, ledger);
    return ledger;
  };
  const note = (access: Access, shape: Shape, entries: number, stopped: boolean): void => void waiting.push({ access, shape, entries, stopped });
  const stop = (access: Access, shape: Shape): never => {
    note(access, shape, 0, true);
    throw directoryErrors.refuse("directory.harvest", { clause: "MSS 6.2" });
  };

  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const batch = waiting;
    waiting = [];
    // What the same asker did the same second in the same way is one trace, with how often.
    const traces = new Map<string, { access: Access; shape: Shape; entries: number; times: number; stopped: boolean }>();
    for (const one of batch) {
      const key = [accessKey(one.access), one.access.purpose, one.access.surface, one.shape.what, one.stopped].join(" ");
      const known = traces.get(key);
      if (known) {
        known.entries += one.entries;
        known.times += 1;
      } else traces.set(key, { ...one, times: 1 });
    }
    await store.transaction(async (tx) => {
      for (const { access, shape, entries, times, stopped } of traces.values()) {
        await evidence.trace(tx, {
          room: "directory",
          type: stopped ? "harvest-stopped" : "access",
          subject: accessKey(access),
          payload: { purpose: access.purpose, surface: access.surface, what: shape.what, entries, times },
        });
      }
    });
  };
  const timer = setInterval(() => void flush().catch(() => undefined), 1000);
  timer.unref();

  return {
    admit(access, shape) {
      if (!mayUse(access.purpose, access.actor))
        throw directoryErrors.refuse("directory.purpose-refused", { params: { purpose: access.purpose }, clause: "MSS 5.1" });
      if (access.purpose !== "look-up") return;
      const ledger = ledgerOf(accessKey(access));
      if (ledger.stoppedUntil > now() || ledger.entries >= limits.entriesPerDay || (shape.page ?? 1) > limits.pages) stop(access, shape);
      if (shape.prefix !== undefined && walks(ledger, shape.prefix, now())) {
        ledger.stoppedUntil = now() + walkMillis;
        stop(access, shape);
      }
    },
    record(access, shape, entries) {
      if (access.purpose === "look-up") ledgerOf(accessKey(access)).entries += entries;
      note(access, shape, entries, false);
    },
    flush,
    async stop() {
      clearInterval(timer);
      await flush().catch(() => undefined);
    },
  };
}

/** Many different beginnings in alphabetical order within ten minutes: nobody looks colleagues up that way. */
function walks(ledger: Ledger, prefix: string, at: number): boolean {
  const last = ledger.walk.at(-1);
  if (last && (prefix < last.prefix || at - (ledger.walk[0]?.at ?? at) > walkMillis)) ledger.walk = [];
  if (last?.prefix !== prefix) ledger.walk.push({ prefix, at });
  return ledger.walk.length >= walkLength;
}
