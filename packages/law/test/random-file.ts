// Random files for properties: at each step one of the acts that the law allows to one of the parties, or a proof of a letter,
// with plausible words; the law itself says whether it enters the file.
import { type Json, Temporal } from "@cercle/kernel";
import fc from "fast-check";
import type { EntryKind, FieldKind } from "../src/engine/definition.ts";
import type { FullInstrument } from "../src/engine/instrument.ts";
import type { Entry } from "../src/entry.ts";

export type RandomFile = { readonly entries: readonly Entry[]; readonly end: Temporal.Instant };
type Step = { pick: number; party: number; days: number; late: number; salt: number };

const step: fc.Arbitrary<Step> = fc.record({
  pick: fc.nat(9999),
  party: fc.nat(3),
  days: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.integer({ min: 0, max: 250 })),
  late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 })),
  salt: fc.nat(99),
});

/** `late`: whether entries may be recorded after they happened. */
export function randomFile(instrument: FullInstrument, { steps = 30, late = true } = {}): fc.Arbitrary<RandomFile> {
  return fc.array(step, { minLength: 3, maxLength: steps, size: "max" }).map((list) => build(instrument, list, late));
}

const ends = new Set([
  "contract-replaced",
  "termination-notified",
  "removed",
  "cut-for-public-interest",
  "deactivated-for-breach",
  "deleted-by-user",
  "domain-withdrawn",
  "extension-closed",
  "claim-waived",
]);

/** How a relation begins, so that most files get somewhere; one in five starts from nothing. */
const beginnings: Readonly<Record<string, readonly (readonly [string, Entry["payload"]])[]>> = {
  "mssante-operator": [
    ["contract-signed", { by: "operator", operator: "holder" }],
    ["contract-signed", { by: "agency" }],
    ["domain-declared", { by: "operator", domain: "domain-0" }],
  ],
  "psc-provider": [
    ["access-requested", { by: "provider", provider: "holder" }],
    ["terms-accepted", { by: "provider", version: "1" }],
    ["request-accepted", { by: "agency" }],
    ["client-registered", { by: "agency", client_id: "client_id-0", environment: "bas" }],
    ["integration-validated", { by: "agency" }],
    ["production-opened", { by: "agency" }],
  ],
  "api-cps-contract": [
    ["contract-signed", { by: "vendor", vendor: "holder" }],
    ["contract-signed", { by: "agency" }],
    ["product-approved", { by: "agency", product: "product-0" }],
  ],
  "label-convention": [
    ["convention-signed", { by: "holder", product: "product-0", level: "standard" }],
    ["convention-signed", { by: "agency" }],
  ],
  "e-cps-terms": [
    ["terms-accepted", { by: "user" }],
    ["activated", { by: "user", national_id: "holder" }],
  ],
};

function build(instrument: FullInstrument, steps: readonly Step[], late: boolean): RandomFile {
  let now = Temporal.Instant.from("2026-01-05T09:00:00Z");
  const begun = (steps[0]?.salt ?? 0) % 5 === 0 ? [] : (beginnings[instrument.id] ?? []);
  const entries: Entry[] = begun.map(([type, payload], index) => ({ seq: index + 1, type, happenedAt: now, recordedAt: now, actor: "test", payload }));
  for (const { pick, party, days, late: lateness, salt } of steps) {
    now = now.add({ hours: days * 24 });
    const state = instrument.fold(entries);
    const by = instrument.definition.parties[party % instrument.definition.parties.length] ?? "agency";
    const acts = [...instrument.allowed(state, by, now), ...(salt % 4 === 0 ? instrument.allowed(state, "both", now) : [])];
    // What was not done yet comes first, and ends are rare: else no file would live long enough to see a second visit.
    const fresh = acts
      .filter((act) => salt % 3 === 0 || !entries.some((entry) => entry.type === act.type))
      .filter((act) => salt % 11 === 0 || !ends.has(act.type));
    const choice = fresh.length > 0 ? fresh : acts;
    const chosen = salt % 6 === 0 ? undefined : choice[pick % Math.max(choice.length, 1)];
    const type = chosen?.type ?? (["letter-received", "letter-presented", "letter-returned"] as const)[salt % 3] ?? "letter-received";
    const kind = instrument.definition.kinds[type];
    const happenedAt = late ? now.subtract({ hours: 24 * lateness }) : now;
    const payload: { [key: string]: Json | undefined } = {
      ...(kind ? fill(kind, now, salt, by) : { reason: "unclaimed" }),
      ...(chosen?.matter ? { about: chosen.matter } : {}),
    };
    if (instrument.forbids(state, type, payload, now, happenedAt)) continue;
    entries.push({ seq: entries.length + 1, type, happenedAt, recordedAt: now, actor: "test", payload });
  }
  return { entries, end: now };
}

function fill(kind: EntryKind, now: Temporal.Instant, salt: number, by: string): { [key: string]: Json | undefined } {
  const payload: { [key: string]: Json | undefined } = { by: kind.by.includes(by as never) ? by : kind.by[0] };
  const channel = kind.channel?.accepts[salt % kind.channel.accepts.length];
  if (channel) payload.channel = channel;
  for (const [name, field] of Object.entries(kind.fields ?? {})) {
    if (field.required || salt % 2 === 0 || ["operator", "provider", "national_id"].includes(name)) payload[name] = sample(name, field.kind, now, salt);
  }
  return payload;
}

function sample(name: string, kind: FieldKind, now: Temporal.Instant, salt: number): Json {
  if (typeof kind !== "string") return name === "address" ? "stated" : (kind[salt % kind.length] ?? "");
  if (name === "legal_person" || name === "registered_in_union") return true;
  if (kind === "date")
    return now
      .toZonedDateTimeISO("Europe/Paris")
      .toPlainDate()
      .add({ days: 5 + salt })
      .toString();
  if (kind === "number") return salt;
  if (kind === "flag") return salt % 2 === 0;
  if (kind === "list") return ["one"];
  if (kind === "length") return { length: 1 + (salt % 3), unit: salt % 2 ? "months" : "jours-ouvres" };
  if (name === "address") return `test${salt}@a.test`;
  return ["operator", "provider", "national_id"].includes(name) ? "holder" : `${name}-${salt % 3}`;
}
