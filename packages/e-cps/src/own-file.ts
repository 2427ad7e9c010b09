// What the person's own file (the terms of the e-CPS as an instrument) learns from this room, and what this room does when the
// right closes: two tables that mirror each other, each line by its clause.
import type { FileEntry } from "./ports.ts";
import type { EndReason } from "./reasons.ts";

/** e-CPS 3.1: the terms accepted, the code chosen: what gives the right. */
export function activationEntries({
  nationalId,
  version,
  way,
  replaces,
}: {
  nationalId: string;
  version: string;
  way: "application" | "card";
  replaces: boolean;
}): readonly FileEntry[] {
  return [
    { type: "terms-accepted", payload: { by: "user", version } },
    { type: "activated", payload: { by: "user", national_id: nationalId, way, replaces } },
  ];
}

/** The act that the end of a device is; none where another entry has closed the right already, or another device goes on. */
export const endEntries: Readonly<Record<EndReason, readonly FileEntry[]>> = {
  replaced: [],
  "terms-refused": [],
  removed: [{ type: "deactivated-by-user", payload: { by: "user" } }],
  "forgotten-pin": [{ type: "deleted-by-user", payload: { by: "user" } }],
  lost: compromised(),
  reported: compromised(),
  cloned: [{ type: "copy-found", payload: { by: "agency" } }],
  gone: [{ type: "register-left", payload: { by: "agency" } }],
  // Recorded with their reasons by `takeMeasure`, before the device ends.
  breach: [],
  "general-interest": [],
};

function compromised(): readonly FileEntry[] {
  return [
    { type: "compromise-found", payload: { by: "user" } },
    { type: "compromise-reported", payload: { by: "user" } },
  ];
}

/** e-CPS 6 and 12.2: two grounds, two finalities; the information is owed in the second, and given with it. */
export function measureEntries(ground: "breach" | "general-interest", reasons: string, informed: boolean): readonly FileEntry[] {
  if (ground === "breach") return [{ type: "deactivated-for-breach", payload: { by: "agency", reasons } }];
  const taken: FileEntry = { type: "deactivated-for-public-interest", payload: { by: "agency", ground, reasons } };
  return informed ? [taken, { type: "user-informed", payload: { by: "agency" } }] : [taken];
}

/** By the clause that closed the right: why the e-CPS ends, and whether its person willed it (who then activates anew, and needs no other answer). */
const closings: Readonly<Record<string, { readonly reason: EndReason; readonly willed: boolean }>> = {
  "ECPS 3.2": { reason: "lost", willed: true },
  "ECPS 4": { reason: "cloned", willed: false },
  "ECPS 5": { reason: "terms-refused", willed: false },
  "ECPS 6": { reason: "breach", willed: false },
  "ECPS 12.1": { reason: "removed", willed: true },
  "ECPS 12.2": { reason: "general-interest", willed: false },
  "ECPS définitions": { reason: "gone", willed: false },
};

export const findClosing = (clause: string): { readonly reason: EndReason; readonly willed: boolean } | undefined => closings[clause];

/** The clause under which an e-CPS ends, for the person's own eyes. */
export const endClauses: Readonly<Record<EndReason, string>> = {
  replaced: "e-CPS 3.1",
  removed: "e-CPS 12.1",
  "forgotten-pin": "e-CPS 3.2",
  lost: "e-CPS 3.2",
  reported: "e-CPS 3.2",
  cloned: "e-CPS 4",
  "terms-refused": "e-CPS 5",
  breach: "e-CPS 6",
  "general-interest": "e-CPS 12.2",
  gone: "e-CPS 2",
};
