// The law's "no" as a refusal: its own reason and clause, in the reader's language.

import { Refusal } from "@cercle/kernel";
import type { Instrument } from "@cercle/law";
import { governanceErrors } from "../errors.ts";

type Forbidden = NonNullable<ReturnType<Instrument["forbids"]>>;

export function refuseEntry({ code, clause, reason }: Forbidden): Refusal {
  if (reason) return new Refusal(code, { status: 409, text: reason }, { clause });
  return governanceErrors.refuse("governance.forbidden-entry", { params: { reason: code }, clause });
}
