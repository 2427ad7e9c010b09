// One pass over the entries: each is put in its matter. No date is counted here, so that folding stays cheap.
import { Temporal } from "@cercle/kernel";
import { type CountingPolicy, defaultPolicy } from "../calendar/policy.ts";
import type { Entry } from "../entry.ts";
import type { Definition, EntryKind, Matter, State } from "./definition.ts";
import { standingEntries } from "./rectified.ts";

/** Kinds that every instrument knows: what the post brings back. */
export const letterProofs: Readonly<Record<string, EntryKind>> = {
  "letter-received": {
    about: { fr: "avis de réception d’une lettre (ou preuve de réception d’un courriel)", en: "proof that a letter (or an e-mail) was received" },
    by: ["post", "agency", "both", "anyone"],
  },
  "letter-presented": { about: { fr: "première présentation d’une lettre", en: "first presentation of a letter" }, by: ["post", "agency", "both", "anyone"] },
  "letter-returned": {
    about: { fr: "lettre rendue par la poste", en: "letter brought back by the post" },
    by: ["post", "agency", "both", "anyone"],
    fields: {
      reason: { kind: ["unclaimed", "refused", "unknown-address"], about: { fr: "pourquoi", en: "why" } },
      presented_on: { kind: "date", about: { fr: "jour de la première présentation", en: "day of first presentation" } },
    },
  },
};

export function kindOf(definition: Definition, type: string): EntryKind | undefined {
  // Own members only: a type is a word that someone wrote.
  if (Object.hasOwn(definition.kinds, type)) return definition.kinds[type];
  return Object.hasOwn(letterProofs, type) ? letterProofs[type] : undefined;
}

/** The number in `about`: the entry that another one is about. */
export function aboutOf(payload: Entry["payload"]): number | undefined {
  const about = payload?.about;
  return typeof about === "number" ? about : undefined;
}

/** Where an entry of this kind and of this date belongs, given what is known; undefined when it has nowhere to go. */
export function findMatter(
  state: Pick<State, "root" | "matters" | "matterOf">,
  kind: EntryKind,
  about: number | undefined,
  at: Temporal.Instant,
): Matter | undefined {
  const named = about === undefined ? undefined : state.matterOf.get(about);
  if (!kind.matter) return state.root;
  const { of, role } = kind.matter;
  if (named) return named.of === of ? named : undefined;
  if (role === "opens") return undefined;
  const { matters } = state;
  let closed: Matter | undefined;
  for (let index = matters.length - 1; index >= 0; index--) {
    const matter = matters[index];
    // An act belongs to what was open on its own date, not to what has been opened or closed since.
    if (matter?.of !== of || (role === "joins" && matter.opener && Temporal.Instant.compare(matter.opener.happenedAt, at) > 0)) continue;
    if (!isClosedAt(matter, at)) return matter;
    closed ??= matter;
  }
  // A matter that is closed still takes late evidence.
  return role === "enters" ? undefined : closed;
}

/** Whether a matter was closed by then; what closes it at that very instant has closed it. */
export const isClosedAt = (matter: Matter, at: Temporal.Instant): boolean =>
  matter.closedAt !== undefined && Temporal.Instant.compare(matter.closedAt, at) <= 0;

export function foldEntries(definition: Definition, recorded: readonly Entry[], policy: CountingPolicy = defaultPolicy): State {
  const entries = standingEntries(recorded);
  const root: Matter = { of: "contract", opener: undefined, entries: [], closed: false, closedAt: undefined };
  const matters: Matter[] = [];
  const matterOf = new Map<number, Matter>();
  const proofs = new Map<number, Entry[]>();
  const milestones = new Map<string, { entry: Entry; seq: number }>();
  const building = { root, matters, matterOf };
  let lastLetter: Entry | undefined;

  for (const entry of entries) {
    const kind = Object.hasOwn(definition.kinds, entry.type) ? definition.kinds[entry.type] : undefined;
    if (!kind) {
      if (Object.hasOwn(letterProofs, entry.type)) {
        const about = aboutOf(entry.payload) ?? lastLetter?.seq;
        if (about === undefined) continue;
        const known = proofs.get(about);
        if (known) known.push(entry);
        else proofs.set(about, [entry]);
        const matter = matterOf.get(about);
        if (matter) {
          matter.entries.push(entry);
          matterOf.set(entry.seq, matter);
        }
      }
      continue;
    }
    let matter = findMatter(building, kind, aboutOf(entry.payload), entry.happenedAt);
    if (!matter) {
      if (kind.matter?.role === "joins" || !kind.matter) continue;
      matter = { of: kind.matter.of, opener: entry, entries: [], closed: false, closedAt: undefined };
      matters.push(matter);
    }
    matter.entries.push(entry);
    matterOf.set(entry.seq, matter);
    if (kind.matter?.closes) {
      matter.closed = true;
      if (!matter.closedAt || Temporal.Instant.compare(entry.happenedAt, matter.closedAt) < 0) matter.closedAt = entry.happenedAt;
    }
    if (kind.letter) lastLetter = entry;
  }
  for (const milestone of definition.milestones) {
    const reached = reach(root.entries, milestone);
    if (reached) milestones.set(milestone.name, reached);
  }
  return { definition, policy, entries, recorded, root, matters, matterOf, proofs, milestones };
}

/** Who acted, as the law reads it: `by` of the payload, else the only party that may. */
export function partyOf(definition: Definition, entry: Pick<Entry, "type" | "payload">): string | undefined {
  const by = entry.payload?.by;
  if (typeof by === "string") return by;
  const parties = kindOf(definition, entry.type)?.by;
  return parties?.length === 1 ? parties[0] : undefined;
}

function reach(entries: readonly Entry[], milestone: Definition["milestones"][number]): { entry: Entry; seq: number } | undefined {
  let latest: Entry | undefined;
  let seq = 0;
  for (const { type, by } of milestone.of) {
    const found = entries.find((entry) => entry.type === type && (entry.payload?.by === by || entry.payload?.by === "both"));
    if (!found) return undefined;
    if (!latest || found.happenedAt.epochMilliseconds >= latest.happenedAt.epochMilliseconds) latest = found;
    seq = Math.max(seq, found.seq);
  }
  return latest && { entry: latest, seq };
}
