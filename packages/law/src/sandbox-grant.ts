// The smallest instrument: demo parties sign that a client, an operator's domain or a mailbox may be used in the sandbox,
// and may withdraw it. It lets `client|operator|mailbox add` open a real door through a real file at once.
import type { Json, Temporal } from "@cercle/kernel";
import { standingEntries } from "./engine/rectified.ts";
import type { Entry, Instrument, Right } from "./entry.ts";

type Grant = { readonly right: string; readonly subject: string; readonly limits: { readonly [key: string]: Json | undefined } };
export type SandboxGrantState = {
  readonly grants: readonly (Grant & { readonly open: boolean; readonly since: Temporal.Instant; readonly entry: number })[];
};

/** Entry types: `granted` and `withdrawn` (payload `{ right, subject, limits? }`). Clauses are the sandbox's own, not an article. */
export const sandboxGrant: Instrument<SandboxGrantState> = {
  id: "sandbox-grant",
  prefix: "SB",
  entries: ["granted", "withdrawn"],
  fold(entries) {
    const grants = new Map<string, SandboxGrantState["grants"][number]>();
    for (const entry of standingEntries(entries)) {
      const grant = entry.type === "granted" || entry.type === "withdrawn" ? readGrant(entry.payload) : undefined;
      if (!grant) continue;
      const key = `${grant.right} ${grant.subject}`;
      const before = grants.get(key);
      const open = entry.type === "granted";
      grants.set(key, {
        ...grant,
        limits: open ? grant.limits : (before?.limits ?? grant.limits),
        open,
        since: entry.happenedAt,
        entry: entry.seq,
      });
    }
    return { grants: [...grants.values()] };
  },
  rights: (state) => state.grants.map(rightOf),
  forbids(state, type, payload) {
    const grant = readGrant(payload);
    if (!grant) return { code: "law.incomplete", clause: "sandbox 1" };
    const current = state.grants.find((known) => known.right === grant.right && known.subject === grant.subject);
    if (type === "withdrawn" && !current?.open) return { code: "law.nothing-to-withdraw", clause: "sandbox 2" };
    return undefined;
  },
};

function rightOf(grant: SandboxGrantState["grants"][number]): Right {
  return {
    right: grant.right,
    subject: grant.subject,
    state: grant.open ? "open" : "closed",
    limits: grant.limits,
    since: grant.since,
    entry: grant.entry,
    clause: grant.open ? "sandbox 1" : "sandbox 2",
  };
}

function readGrant(payload: Entry["payload"]): Grant | undefined {
  const { right, subject, limits } = payload ?? {};
  if (typeof right !== "string" || typeof subject !== "string") return undefined;
  const kept = typeof limits === "object" && limits !== null && !Array.isArray(limits) ? (limits as Grant["limits"]) : {};
  return { right, subject, limits: kept };
}
