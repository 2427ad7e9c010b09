// The language in which a contract is written down: everything that has behaviour is data with its article.
import type { Json, Temporal, Text } from "@cercle/kernel";
import type { Counted, Unit } from "../calendar/count.ts";
import type { CountingPolicy } from "../calendar/policy.ts";
import type { Entry } from "../entry.ts";

/** `agency`, and the other side under the contract's own word; `post` brings proofs of letters. */
export type Party = "agency" | "operator" | "provider" | "user" | "vendor" | "holder" | "both" | "post" | "anyone";

/** "Recommandé" and "recommandé avec avis de réception" are two things (MSS 4.2, 7 against 5.1, 10, 12); the electronic one has both effects (CPCE L. 100). */
export type Channel = "registered" | "registered-receipt" | "electronic-registered" | "letter" | "email" | "telephone" | "application" | "portal" | "other";

export const registered: readonly Channel[] = ["registered-receipt", "registered", "electronic-registered"];
export const registeredWithReceipt: readonly Channel[] = ["registered-receipt", "electronic-registered"];

export type Payload = { readonly [key: string]: Json | undefined };

export type FieldKind = "text" | "date" | "number" | "flag" | "list" | "length" | readonly string[];
/** What an entry must or may say. `length` is `{ length, unit }`; a list of words is a choice among them. */
export type Field = { readonly kind: FieldKind; readonly required?: boolean; readonly about: Text };

/** An entry that is about to be recorded. */
export type Draft = {
  readonly type: string;
  readonly payload: Payload;
  readonly by: string | undefined;
  readonly at: Temporal.Instant;
  readonly matter: Matter | undefined;
};

export type View = {
  readonly state: State;
  readonly now: Temporal.Instant;
  readonly today: Temporal.PlainDate;
  readonly phase: string;
  readonly holds: ReadonlySet<string>;
  /** All clocks at this instant. */
  clocks(): readonly Clock[];
};

/** A condition of an act. `ok` must be true when the draft says nothing yet (`allowed` asks with an empty payload). */
export type Check = { readonly article: string; readonly code: string; readonly reason: Text; ok(view: View, draft: Draft): boolean };

export type EntryKind = {
  readonly about: Text;
  readonly by: readonly Party[];
  /** The clause that gives or asks this act. */
  readonly article?: string;
  /** Channels that the clause accepts, best first; absent when any will do. */
  readonly channel?: { readonly accepts: readonly Channel[]; readonly article: string };
  readonly fields?: Readonly<Record<string, Field>>;
  /** `opens` a matter of its own (joins one when `about` names it); `enters` the open one or opens it; `joins` an open one. */
  readonly matter?: { readonly of: string; readonly role: "opens" | "enters" | "joins"; readonly closes?: boolean };
  /** A letter whose reception can be proved afterwards. */
  readonly letter?: boolean;
  /** Phases in which it may be recorded; any when absent. */
  readonly phases?: readonly string[];
  readonly checks?: readonly Check[];
};

/** The entries that belong together. The contract itself is the root matter (`opener` absent). */
export type Matter = {
  readonly of: string;
  readonly opener: Entry | undefined;
  readonly entries: Entry[];
  closed: boolean;
  /** The earliest day on which something closed it: before that it was open, whatever was recorded since. */
  closedAt: Temporal.Instant | undefined;
};

export type Delay =
  | { readonly length: number; readonly unit: Unit; readonly orLonger?: string; readonly startCounts?: boolean; readonly opensOnTheDay?: boolean }
  /** The length is said by the entry, in this field. */
  | { readonly stated: string }
  /** The day is said by the entry, in this field; the effect comes the day after, or on the day itself. */
  | { readonly until: string; readonly effectOnTheDay?: boolean; readonly whenAbsent?: { readonly length: number; readonly unit: Unit } }
  /** The next anniversary of the conclusion after the trigger, by whole periods: what ends with the running term. */
  | { readonly anniversary: { readonly months: number } }
  /** The text gives no number ("sans délai", "dans les meilleurs délais"): open until done, never late on a day. */
  | { readonly none: true };

export type Effect =
  /** Someone owes an act. `unmet`: what is then owed, and by whom; it ends nothing by itself. */
  | { readonly kind: "duty"; readonly met: readonly string[]; readonly unmet?: Consequence }
  /** Something must have reached someone by then: nobody's act, but its absence has a consequence. */
  | { readonly kind: "condition"; readonly met: readonly string[]; readonly unmet?: Consequence }
  /** The term opens the faculty to do an act; never the act. `gates`: acts that wait for the same term without using the faculty. */
  | { readonly kind: "faculty"; readonly acts: readonly string[]; readonly cured: readonly string[]; readonly gates?: readonly string[] }
  /** The few that work by themselves. */
  | { readonly kind: "automatic"; readonly event: string }
  | { readonly kind: "renewal"; readonly unless?: readonly string[] }
  | { readonly kind: "lasting" };

export type Consequence = { readonly by: Party; readonly act: string; readonly article: string; readonly about: Text };

export type RunsFrom =
  | "sending"
  | "reception"
  | "publication"
  | "signature"
  | "conclusion"
  | "identification"
  | "availability"
  | "event"
  | "collection"
  | "end"
  | { readonly field: string };

export type Clause = {
  readonly id: string;
  readonly article: string;
  /** Requirements of docs that this clause answers. */
  readonly requirements?: readonly string[];
  /** An entry type, a milestone, or `phase:NAME` for the day a phase is reached. */
  readonly trigger: string;
  readonly runsFrom: RunsFrom;
  readonly delay: Delay;
  /** Whether CPC 642 may move its end (docs/law.md, rule 4). */
  readonly moves: boolean;
  readonly by: Party;
  readonly channel?: readonly Channel[];
  readonly effect: Effect;
  readonly about: Text;
  /** Where the text is silent and the product had to choose. */
  readonly assumption?: Text;
  /** One extension: this entry makes the whole length `length` (same unit). */
  readonly renewed?: { readonly by: string; readonly length: number };
  /** A later day, said by this entry in this field. */
  readonly extended?: { readonly by: string; readonly field: string };
  /** Entries of the matter (or of the root) that end the clock without meeting it. */
  readonly stopped?: readonly string[];
  /** Goes on when the contract ends. */
  readonly survives?: boolean;
  readonly when?: (matter: Matter, trigger: Entry, state: State) => boolean;
};

/** Fires at the entry that completes it: every listed type, by every listed party. Dated by the latest of them. */
export type Milestone = { readonly name: string; readonly article: string; readonly of: readonly { readonly type: string; readonly by: Party }[] };

export type PhaseRule = {
  /** Entry type, milestone, or the event of an automatic clause. */
  readonly on: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly article: string;
  readonly when?: (entry: Entry, state: State) => boolean;
};

export type HoldRule = {
  readonly hold: string;
  readonly on: string;
  readonly sets: boolean;
  /** Each matter holds by itself. Ending `own` ends that of its matter, `through` those of earlier matters too; absent: all. */
  readonly ends?: "own" | "through";
  readonly article: string;
  readonly when?: (entry: Entry, state: State) => boolean;
};

/** Things to which rights are given: named by an entry in a field, taken away by others naming the same. */
export type SubjectRule = {
  readonly kind: string;
  readonly on: string;
  readonly field: string;
  readonly removedBy: readonly string[];
  /** Events that take all of this kind away: a path begun again starts with none. */
  readonly clearedBy?: readonly string[];
  /** Name used by `law ask` when the entry gives none. */
  readonly fallback?: string;
};

export type RightRule = {
  readonly right: string;
  readonly article: string;
  readonly subject: string;
  readonly phases: readonly string[];
  readonly unless?: readonly string[];
  /** All of these holds are needed. */
  readonly needs?: readonly string[];
  readonly when?: (subject: Payload) => boolean;
  limits?(phase: string, subject: Payload): { readonly [key: string]: Json | undefined };
};

export type Definition = {
  readonly id: string;
  readonly prefix: string;
  readonly name: Text;
  readonly parties: readonly Party[];
  /** Document of the seeds, for people. */
  readonly source: string;
  readonly kinds: Readonly<Record<string, EntryKind>>;
  readonly milestones: readonly Milestone[];
  readonly clauses: readonly Clause[];
  readonly initial: string;
  readonly phases: Readonly<Record<string, Text>>;
  /** Phases in which the relation is over. */
  readonly over: readonly string[];
  /** The entry that begins the whole path again: what the former one still owed or opened stops there. */
  readonly restartedBy?: string;
  readonly transitions: readonly PhaseRule[];
  readonly holds: readonly HoldRule[];
  readonly subjects: readonly SubjectRule[];
  readonly rights: readonly RightRule[];
  /** Documents in order of precedence, same rank in one list; absent when the text ranks nothing. */
  readonly precedence?: { readonly article: string; readonly ranks: readonly (readonly string[])[] };
  /** From which entries a commitment to a reference stands, and which ones since then bear on what was committed to. */
  readonly commitment?: { readonly article: string; readonly made: readonly string[]; readonly changes: readonly string[] };
  /**
   * How a version of the text comes to bind: announced and accepted by word or use, or by an amendment that all sign; and the entries
   * that accept the version they name, else the one in force on their day.
   */
  readonly versions?: { readonly article: string; readonly by: "announcement" | "amendment"; readonly accepted: readonly string[] };
  /** One natural person's own file, as many as there are professionals: lists leave them out. */
  readonly personal?: true;
  /** What is asked of the party before its file is opened, where the text names it. */
  readonly identity?: { readonly article: string; readonly asks: readonly ("identifier" | "seat" | "representative" | "contact")[] };
  readonly remedy: { readonly article: string; readonly text: Text };
  readonly transfer: {
    readonly article: string;
    readonly policy: "forbidden" | "automatic" | "not-transferable" | "automatic-with-amendment";
    readonly text: Text;
  };
  /** Assumptions about the text as a whole, shown with every answer. */
  readonly assumptions: readonly { readonly article: string; readonly text: Text }[];
};

/** A file folded: every entry in its matter. */
export type State = {
  readonly definition: Definition;
  readonly policy: CountingPolicy;
  /** As they stand: what was rectified, by what holds instead. */
  readonly entries: readonly Entry[];
  /** As they were recorded. */
  readonly recorded: readonly Entry[];
  readonly root: Matter;
  readonly matters: readonly Matter[];
  readonly matterOf: ReadonlyMap<number, Matter>;
  /** Proofs of reception, of presentation, of return, by the letter they are about. */
  readonly proofs: ReadonlyMap<number, readonly Entry[]>;
  /** Milestones reached: the entry that dates each, and the place in the file where it was completed. */
  readonly milestones: ReadonlyMap<string, { readonly entry: Entry; readonly seq: number }>;
};

export type ClockState =
  /** Its start is not proved yet. */
  | "waiting"
  | "running"
  /** Owed, without a number of days in the text. */
  | "due"
  | "met"
  | "late"
  | "met-late"
  /** A faculty: not yet, open, closed by repair, used. */
  | "open"
  | "cured"
  | "used"
  /** An automatic clause that has worked. */
  | "fired"
  | "waived"
  | "stopped"
  /** A duty of duration that is over. */
  | "over";

export type Start = {
  readonly entry: Entry;
  readonly day: Temporal.PlainDate;
  readonly at: Temporal.Instant;
  readonly why: "own-date" | "received" | "first-presentation" | "refused" | "not-collected-yet" | "stated";
};

export type Clock = {
  /** `MSS-12.2#7`: the clause and the entry that triggered it. */
  readonly id: string;
  readonly clause: Clause;
  readonly kind: "duty" | "condition" | "faculty" | "automatic" | "renewal" | "lasting" | "consequence";
  readonly article: string;
  readonly about: Text;
  readonly by: Party;
  readonly channel: readonly Channel[] | undefined;
  readonly matter: Matter;
  readonly trigger: Entry;
  readonly start: Start | undefined;
  readonly counted: Counted | undefined;
  readonly lastDay: Temporal.PlainDate | undefined;
  readonly firstDayOfEffect: Temporal.PlainDate | undefined;
  /** For clocks in hours. */
  readonly dueAt: Temporal.Instant | undefined;
  readonly state: ClockState;
  /** The entry that met, cured, used, waived or stopped it. */
  readonly settledBy: Entry | undefined;
};
