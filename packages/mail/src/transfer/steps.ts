// The steps of a transfer (MSS 13) as one table for each end: what leads from where to where, and how the domain stands meanwhile. Pure.

export type Role = "source" | "target";
export type TransferState =
  /** Source: waits for the target that holds the invitation. Target: has not reached the source yet. */
  | "announced"
  /** Both ends know each other's key; the officers compare the code. */
  | "accepted"
  /** The target reads, the source goes on as before. */
  | "copying"
  /** Nothing new comes in; what is on its way out ends. */
  | "closing"
  /** Nothing is written any more; the target reads the rest and compares. */
  | "closed"
  /** Source: the list names the target. */
  | "switched"
  /** Target: the domain is here. */
  | "received"
  /** Source: its copy is gone. */
  | "withdrawn"
  | "cancelled";

export type Step = "accept" | "confirm" | "close" | "freeze" | "switch" | "receive" | "withdraw" | "cancel";

/** How a domain stands at one operator. */
export type Standing =
  | "open"
  /** Nothing is accepted nor shown for now (451, UNAVAILABLE). */
  | "moving"
  /** Gone to another operator for good (550). */
  | "gone";

type Rule = { readonly from: readonly TransferState[]; readonly to: TransferState };

const before: readonly TransferState[] = ["announced", "accepted", "copying", "closing", "closed"];

const tables: Readonly<Record<Role, Partial<Readonly<Record<Step, Rule>>>>> = {
  source: {
    accept: { from: ["announced"], to: "accepted" },
    confirm: { from: ["accepted"], to: "copying" },
    close: { from: ["copying"], to: "closing" },
    freeze: { from: ["closing"], to: "closed" },
    // The one step that changes who has the domain: from here on nothing leads back.
    switch: { from: ["closed"], to: "switched" },
    withdraw: { from: ["switched"], to: "withdrawn" },
    cancel: { from: before, to: "cancelled" },
  },
  target: {
    accept: { from: ["announced"], to: "accepted" },
    confirm: { from: ["accepted"], to: "copying" },
    // The source's word that it switched is what ends it here: from any state, since this end may have slept through the others.
    receive: { from: ["announced", "accepted", "copying"], to: "received" },
    cancel: { from: before, to: "cancelled" },
  },
};

/** From which states a step leads where; undefined when this end has no such step. */
export function ruleOf(role: Role, step: Step): Rule | undefined {
  return tables[role][step];
}

/** Whether nothing leads on from here. */
export function isOver(state: TransferState): boolean {
  return state === "received" || state === "withdrawn" || state === "cancelled";
}

/** How the domain stands at this end; the newest transfer decides. */
export function standingOf(transfer: { readonly role: Role; readonly state: TransferState } | undefined): Standing {
  if (!transfer || transfer.state === "cancelled" || transfer.state === "received") return "open";
  if (transfer.role === "target") return "moving";
  if (transfer.state === "withdrawn") return "gone";
  return ["closing", "closed", "switched"].includes(transfer.state) ? "moving" : "open";
}
