// Which version of the terms binds a file, and which entry proves it. Pure: entries and versions in, acceptances out.
import { Temporal } from "@cercle/kernel";
import type { Entry, FullInstrument } from "@cercle/law";

export type Version = { readonly version: string; readonly in_force_on: string };
export type Acceptance = {
  readonly version: string;
  readonly at: Temporal.Instant;
  readonly entry: number;
  readonly type: string;
  /** Whether the entry names the version itself, or the version is the one in force on its day. */
  readonly named: boolean;
};

/** Acceptances in the order of their dates: the last one by an instant says what binds then. */
export function listAcceptances(instrument: FullInstrument, entries: readonly Entry[], versions: readonly Version[], timeZone: string): readonly Acceptance[] {
  const { versions: rule } = instrument.definition;
  if (!rule) return [];
  const state = instrument.fold(entries);
  const signed = rule.by === "amendment" && instrument.definition.milestones[0] ? state.milestones.get(instrument.definition.milestones[0].name) : undefined;
  const found: Acceptance[] = [];
  for (const entry of state.entries) {
    if (!rule.accepted.includes(entry.type)) continue;
    // A contract binds once all have signed.
    if (signed && entry.type === signed.entry.type && entry.seq !== signed.entry.seq) continue;
    if (rule.by === "amendment" && !signed) continue;
    const day = entry.happenedAt.toZonedDateTimeISO(timeZone).toPlainDate().toString();
    const opener = state.matterOf.get(entry.seq)?.opener;
    const named = [entry.payload?.version, opener?.payload?.version].find((one): one is string => typeof one === "string");
    // Use before the date proves nothing (PSC 4, ECPS 5).
    const effective = opener?.payload?.effective_on;
    if (entry.type === "used" && typeof effective === "string" && day < effective) continue;
    const version = named ?? versions.findLast(({ in_force_on }) => in_force_on <= day)?.version;
    if (version !== undefined) found.push({ version, at: entry.happenedAt, entry: entry.seq, type: entry.type, named: named !== undefined });
  }
  return found.sort((a, b) => Temporal.Instant.compare(a.at, b.at) || a.entry - b.entry);
}
