// May this entry be recorded? The ordered list of reasons why not, each with its clause; and, read the other way, who may do what now.

import { type Json, Temporal, type Text } from "@cercle/kernel";
import type { Entry } from "../entry.ts";
import { dayOf, readDay, readLength } from "./clocks.ts";
import type { Clock, Draft, EntryKind, Field, Matter, Party, Payload, State, View } from "./definition.ts";
import { aboutOf, findMatter, foldEntries, isClosedAt, kindOf, letterProofs, partyOf } from "./fold.ts";
import { listClocks, locate } from "./position.ts";

/** Why an entry is refused. `code` is one of `law.*`; `notBefore` is the first day on which it would be allowed, when there is one. */
export type Forbidden = { readonly code: string; readonly clause: string; readonly reason: Text; readonly notBefore?: Temporal.PlainDate };

/** The file as it stands at an instant: what happens later is not there yet. */
export function viewAt(state: State, now: Temporal.Instant): View {
  const isLater = (entry: Entry): boolean => Temporal.Instant.compare(entry.happenedAt, now) > 0;
  const here = state.entries.some(isLater)
    ? foldEntries(
        state.definition,
        state.entries.filter((entry) => !isLater(entry)),
        state.policy,
      )
    : state;
  const position = locate(here, now);
  let clocks: readonly Clock[] | undefined;
  return {
    state: here,
    now,
    today: dayOf(now, here),
    phase: position.phase,
    holds: position.holds,
    clocks() {
      clocks ??= listClocks(here, now, position);
      return clocks;
    },
  };
}

type Rule = (kind: EntryKind, draft: Draft, view: View) => Forbidden | undefined;

const no = (code: string, clause: string, fr: string, en: string): Forbidden => ({ code, clause, reason: { fr, en } });

const isRightParty: Rule = (kind, draft) => {
  if (draft.by === undefined || kind.by.includes("anyone") || kind.by.includes(draft.by as Party)) return undefined;
  if (draft.by === "both" && kind.by.length > 1) return undefined;
  return no("law.wrong-party", kind.article ?? "", `Cet acte appartient à : ${kind.by.join(", ")}.`, `This act belongs to: ${kind.by.join(", ")}.`);
};

const saysWhoActs: Rule = (kind, draft) =>
  draft.by === undefined && kind.by.length > 1 && !kind.by.includes("anyone")
    ? no("law.incomplete", kind.article ?? "", `Dites qui agit (by) : ${kind.by.join(", ")}.`, `Say who acts (by): ${kind.by.join(", ")}.`)
    : undefined;

const isRightPhase: Rule = (kind, draft, view) =>
  kind.phases && !kind.phases.includes(view.phase)
    ? no(
        "law.wrong-phase",
        kind.article ?? "",
        `« ${draft.type} » ne peut pas venir quand le dossier est : ${view.state.definition.phases[view.phase]?.fr ?? view.phase}.`,
        `“${draft.type}” cannot come while the file is: ${view.state.definition.phases[view.phase]?.en ?? view.phase}.`,
      )
    : undefined;

const isRightChannel: Rule = (kind, draft) => {
  if (!kind.channel) return undefined;
  const { accepts, article } = kind.channel;
  const given = draft.payload.channel;
  if (typeof given === "string" && accepts.some((channel) => channel === given)) return undefined;
  return no(
    given === undefined ? "law.incomplete" : "law.wrong-channel",
    article,
    `La clause n’accepte que : ${accepts.join(", ")}.`,
    `The clause accepts only: ${accepts.join(", ")}.`,
  );
};

const saysItAll: Rule = (kind, draft) => {
  for (const [name, field] of Object.entries(kind.fields ?? {})) {
    const problem = findFieldProblem(field, draft.payload[name]);
    if (problem)
      return no("law.incomplete", kind.article ?? "", `« ${name} » (${field.about.fr}) : ${problem.fr}.`, `“${name}” (${field.about.en}): ${problem.en}.`);
  }
  return undefined;
};

const hasItsMatter: Rule = (kind, draft, { state }) => {
  const { matter } = kind;
  if (matter?.role !== "joins") return undefined;
  if (!draft.matter) {
    const openings = Object.values(state.definition.kinds).filter((one) => one.matter?.of === matter.of && one.matter.role === "opens");
    return no(
      "law.no-matter",
      kind.article ?? "",
      `Rien d’ouvert à quoi rattacher cet acte. D’abord : ${openings.map(({ about }) => `« ${about.fr} »`).join(" ou ")}.`,
      `Nothing open for this act to belong to. First: ${openings.map(({ about }) => `“${about.en}”`).join(" or ")}.`,
    );
  }
  return isClosedAt(draft.matter, draft.at) ? no("law.matter-closed", kind.article ?? "", "L’affaire est close.", "The matter is closed.") : undefined;
};

/** An act that only a faculty gives waits for that faculty. */
const facultyIsOpen: Rule = (kind, draft, view) => {
  const gated = view.state.definition.clauses.filter(
    ({ effect }) => effect.kind === "faculty" && (effect.acts.includes(draft.type) || effect.gates?.includes(draft.type)),
  );
  if (gated.length === 0) return undefined;
  const clocks = view.clocks().filter((clock) => gated.includes(clock.clause) && (!draft.matter || clock.matter === draft.matter));
  if (clocks.some((clock) => clock.state === "open")) return undefined;
  const clause = clocks[0]?.article ?? gated[0]?.article ?? kind.article ?? "";
  const running = clocks.find((clock) => clock.state === "running");
  if (running?.firstDayOfEffect) {
    const day = running.firstDayOfEffect;
    return { ...no("law.too-early", clause, `Pas avant le ${day}.`, `Not before ${day}.`), notBefore: day };
  }
  if (clocks.some((clock) => clock.state === "waiting"))
    return no(
      "law.too-early",
      clause,
      "La réception de la lettre n’est pas prouvée : le délai ne court pas.",
      "Reception of the letter is not proved: the time does not run.",
    );
  const settled = clocks.find((clock) => clock.state === "cured" || clock.state === "waived" || clock.state === "stopped");
  if (settled) {
    const seq = settled.settledBy?.seq ?? 0;
    return no("law.faculty-closed", clause, `La faculté est éteinte (entrée ${seq}).`, `The faculty is extinguished (entry ${seq}).`);
  }
  return no("law.no-notice", clause, "Aucune mise en demeure n’ouvre cette faculté.", "No formal notice opens this faculty.");
};

const passesItsChecks: Rule = (kind, draft, view) => {
  const failed = kind.checks?.find((check) => !check.ok(view, draft));
  return failed && { code: failed.code, clause: failed.article, reason: failed.reason };
};

/** The order is what a person would be told first. */
const rules: readonly Rule[] = [isRightParty, saysWhoActs, isRightPhase, hasItsMatter, isRightChannel, saysItAll, facultyIsOpen, passesItsChecks];
const rulesForAllowed: readonly Rule[] = [isRightParty, isRightPhase, hasItsMatter, facultyIsOpen, passesItsChecks];

/** Why this entry may not be recorded, or undefined. `happenedAt` is its legal date; what it needs must stand at that date. */
export function forbid(
  state: State,
  type: string,
  payload: Payload | undefined,
  now: Temporal.Instant,
  happenedAt: Temporal.Instant = now,
): Forbidden | undefined {
  const kind = kindOf(state.definition, type);
  if (!kind) return no("law.unknown-entry", "", `Type d’entrée inconnu : ${type}.`, `Unknown entry type: ${type}.`);
  if (Temporal.Instant.compare(happenedAt, now) > 0) return no("law.future-date", "", "Cette date est à venir.", "This date lies in the future.");
  const given = payload ?? {};
  if (Object.hasOwn(letterProofs, type)) return forbidProof(kind, state, type, given, happenedAt);
  const view = viewAt(state, happenedAt);
  const draft: Draft = {
    type,
    payload: given,
    by: partyOf(state.definition, { type, payload: given }),
    at: happenedAt,
    matter: counterpart(findMatter(state, kind, aboutOf(given), happenedAt), view),
  };
  return apply(rules, kind, draft, view);
}

/** The matter to which an act will belong, as it stood at the act's own date: its clocks are those of that day. */
function counterpart(matter: Matter | undefined, view: View): Matter | undefined {
  if (matter === undefined || matter.opener === undefined) return matter && view.state.root;
  const { seq } = matter.opener;
  return view.state.matters.find((other) => other.opener?.seq === seq);
}

function forbidProof(kind: EntryKind, state: State, type: string, payload: Payload, at: Temporal.Instant): Forbidden | undefined {
  const about = aboutOf(payload);
  const letter =
    about === undefined ? state.entries.findLast((entry) => kindOf(state.definition, entry.type)?.letter) : state.entries.find((entry) => entry.seq === about);
  if (!letter || !kindOf(state.definition, letter.type)?.letter)
    return no("law.no-matter", "", "Cette preuve ne se rapporte à aucune lettre.", "This proof is about no letter.");
  if (Temporal.Instant.compare(at, letter.happenedAt) < 0)
    return no("law.impossible-date", "", "Une lettre n’arrive pas avant d’être partie.", "A letter does not arrive before it leaves.");
  // A letter arrives once. Proof of an earlier day still counts; a later one would bring back what has ended: that is a rectification's.
  const proofs = state.proofs.get(letter.seq) ?? [];
  const known = type === "letter-presented" ? undefined : proofs.findLast((proof) => proof.type !== "letter-presented");
  const presented = readDay(payload.presented_on);
  // A letter never collected counts from its first presentation, so that day is what its return proves.
  const proved = presented ?? dayOf((type === "letter-returned" && proofs.find((proof) => proof.type === "letter-presented")?.happenedAt) || at, state);
  if (known && Temporal.PlainDate.compare(proved, dayProvedBy(known, state)) >= 0)
    return no(
      "law.already-proved",
      kindOf(state.definition, letter.type)?.article ?? "",
      `Le sort de cette lettre est déjà prouvé (entrée ${known.seq}) : une preuve plus tardive ne se substitue pas, une erreur se rectifie.`,
      `What became of this letter is proved already (entry ${known.seq}): a later proof does not replace it; a mistake is rectified.`,
    );
  const problem = saysItAll(kind, { type, payload, by: undefined, at, matter: undefined }, viewAt(state, at));
  if (!problem && presented && Temporal.PlainDate.compare(presented, dayOf(letter.happenedAt, state)) < 0)
    return no("law.impossible-date", "", "Une lettre n’est pas présentée avant d’être partie.", "A letter is not presented before it leaves.");
  return problem;
}

/** The day that a proof on record establishes: of first presentation for a letter brought back, of reception otherwise. */
function dayProvedBy(proof: Entry, state: State): Temporal.PlainDate {
  return readDay(proof.payload?.presented_on) ?? dayOf(proof.happenedAt, state);
}

function apply(list: readonly Rule[], kind: EntryKind, draft: Draft, view: View): Forbidden | undefined {
  for (const rule of list) {
    const forbidden = rule(kind, draft, view);
    if (forbidden) return forbidden;
  }
  return undefined;
}

/** Entries on which an act rests: the one that opened its matter, the one it names, and what opened the faculty that it uses. */
export function listReliedOn(state: State, type: string, payload: Payload | undefined, happenedAt: Temporal.Instant): readonly number[] {
  const kind = kindOf(state.definition, type);
  if (!kind) return [];
  const view = viewAt(state, happenedAt);
  const about = aboutOf(payload);
  const matter = counterpart(findMatter(state, kind, about, happenedAt), view);
  const found = new Set<number>();
  if (about !== undefined) found.add(about);
  if (matter?.opener) found.add(matter.opener.seq);
  for (const { clause, state: stands, trigger, start, matter: of } of view.clocks()) {
    const used = clause.effect.kind === "faculty" && (clause.effect.acts.includes(type) || clause.effect.gates?.includes(type));
    if (!used || stands !== "open" || (matter && of !== matter)) continue;
    found.add(trigger.seq);
    if (start) found.add(start.entry.seq);
  }
  return [...found].sort((a, b) => a - b);
}

export type Allowed = { readonly type: string; readonly about: Text; readonly article: string | undefined; readonly matter: number | undefined };

/** The acts that a party may do now; an act within a matter names the entry that opened it. */
export function listAllowed(state: State, actor: string, now: Temporal.Instant): readonly Allowed[] {
  const view = viewAt(state, now);
  const acts: Allowed[] = [];
  for (const [type, kind] of Object.entries(state.definition.kinds)) {
    if (!kind.by.includes(actor as Party)) continue;
    const matters: (Matter | undefined)[] =
      kind.matter?.role === "joins"
        ? view.state.matters.filter((matter) => matter.of === kind.matter?.of && !matter.closed)
        : [kind.matter ? undefined : view.state.root];
    for (const matter of matters) {
      const draft: Draft = { type, payload: {}, by: actor, at: now, matter };
      if (!apply(rulesForAllowed, kind, draft, view)) acts.push({ type, about: kind.about, article: kind.article, matter: matter?.opener?.seq });
    }
  }
  return acts;
}

function findFieldProblem(field: Field, value: Json | undefined): Text | undefined {
  if (value === undefined || value === null || value === "") return field.required ? { fr: "manque", en: "is missing" } : undefined;
  const { kind } = field;
  const wrong = (fr: string, en: string): Text => ({ fr: `doit être ${fr}`, en: `must be ${en}` });
  if (typeof kind !== "string") return kind.includes(String(value)) ? undefined : wrong(`l’un de : ${kind.join(", ")}`, `one of: ${kind.join(", ")}`);
  switch (kind) {
    case "text":
      return typeof value === "string" && value.length <= 4000 ? undefined : wrong("un texte", "a text");
    case "date":
      return readDay(value) ? undefined : wrong("une date qui existe (2026-02-28)", "a date that exists (2026-02-28)");
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? undefined : wrong("un nombre", "a number");
    case "flag":
      return typeof value === "boolean" ? undefined : wrong("vrai ou faux", "true or false");
    case "list":
      return Array.isArray(value) && value.length > 0 && value.length <= 500 ? undefined : wrong("une liste non vide", "a list that is not empty");
    case "length":
      return readLength(value) ? undefined : wrong('une durée ({"length": 2, "unit": "months"})', 'a length ({"length": 2, "unit": "months"})');
  }
}
