// Every refusal anywhere can say which right is missing, since when, because of which entry, under which clause.
import type { Refusal } from "@cercle/kernel";
import { governanceErrors } from "../errors.ts";
import type { CurrentRight } from "../files/files.ts";

/** The refusal for a right that is not open; `current` is what the table says of it, if anything. */
export function refuseMissingRight(right: string, subject: string, current: CurrentRight | undefined): Refusal {
  if (!current) return governanceErrors.refuse("governance.never-granted", { params: { right, subject }, right });
  return governanceErrors.refuse("governance.right-missing", {
    params: { right, subject, reference: current.reference },
    right,
    clause: current.clause,
    entry: current.entry,
    since: current.since.toString(),
  });
}
