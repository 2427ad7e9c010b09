// A registered letter as a state machine. Pure: tables and dates.
import type { Temporal } from "@cercle/kernel";

export type Carrier = "electronic" | "paper";
/** `registered` is proved to be sent; `registered-receipt` to be received too; the electronic one to both ends. */
export const letterChannels = ["registered", "registered-receipt", "electronic-registered"] as const;
export type LetterChannel = (typeof letterChannels)[number];
export type LetterState = "prepared" | "deposited" | "notified" | "accepted" | "refused" | "unclaimed" | "undeliverable";
export type LetterEvent = Exclude<LetterState, "prepared">;

export const letterEvents = ["deposited", "notified", "accepted", "refused", "unclaimed", "undeliverable"] as const satisfies readonly LetterEvent[];

/** From which states an event leads on. Paper may be handed over, or refused, at its first presentation. */
const transitions: Readonly<Record<Carrier, Readonly<Record<LetterEvent, readonly LetterState[]>>>> = {
  electronic: { deposited: ["prepared"], notified: ["deposited"], accepted: ["notified"], refused: ["notified"], unclaimed: ["notified"], undeliverable: [] },
  paper: {
    deposited: ["prepared"],
    notified: ["deposited"],
    accepted: ["deposited", "notified"],
    refused: ["deposited", "notified"],
    unclaimed: ["notified"],
    undeliverable: ["deposited", "notified"],
  },
};

/** The states from which this event is possible; none when the carrier knows no such event. */
export function statesBefore(carrier: Carrier, event: LetterEvent): readonly LetterState[] {
  return transitions[carrier][event];
}

export function carrierOf(channel: LetterChannel): Carrier {
  return channel === "electronic-registered" ? "electronic" : "paper";
}

/** What kind of paper proves an event: a plain registered letter brings no slip signed by who received it. */
export function isProvable(channel: LetterChannel, event: LetterEvent): boolean {
  return channel !== "registered" || event !== "accepted";
}

/** The addressee has this many days from the day after the notice to accept or refuse (CPCE R. 53-3; the post keeps paper as long). */
const holdDays = 15;

/** The first instant at which a notified letter is unclaimed, in the zone where days are counted. */
export function unclaimedFrom(notifiedAt: Temporal.Instant, timeZone: string): Temporal.Instant {
  return notifiedAt
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .add({ days: holdDays + 1 })
    .toZonedDateTime(timeZone)
    .toInstant();
}

/** The entry that an event leaves in the file. `presentedAt`: a letter that comes back counts from its first presentation. */
export function entryOf(event: LetterEvent): { type: string; reason?: string } | undefined {
  const entries: Readonly<Record<LetterEvent, { type: string; reason?: string } | undefined>> = {
    deposited: undefined,
    notified: { type: "letter-presented" },
    accepted: { type: "letter-received" },
    refused: { type: "letter-returned", reason: "refused" },
    unclaimed: { type: "letter-returned", reason: "unclaimed" },
    undeliverable: { type: "letter-returned", reason: "unknown-address" },
  };
  return entries[event];
}
