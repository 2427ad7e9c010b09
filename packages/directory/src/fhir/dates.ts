// FHIR dates of searches: prefix and precision (FHIR R4 §3.1.1.4.7, §3.1.1.4.9) to an interval. A date without a time is UTC.
import { Temporal } from "@cercle/kernel";
import { directoryErrors } from "../errors.ts";

export type DateRange = { readonly prefix: string; readonly from: Temporal.Instant /** Exclusive. */; readonly to: Temporal.Instant };

const shape = /^(eq|ne|gt|ge|lt|le|sa|eb|ap)?(\d{4})(?:-(\d\d)(?:-(\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?)?)?$/;

/** Throws `directory.bad-search`. */
export function parseDateRange(text: string): DateRange {
  // A `+` of an offset that was not percent-encoded arrives as a space.
  const match = text.trim().replace(" ", "+").match(shape);
  try {
    if (!match) throw new RangeError(text);
    const [, prefix = "eq", year = "", month, day, time] = match;
    if (time !== undefined) {
      const zoned = /(Z|[+-]\d\d:\d\d)$/.test(time) ? time : `${time}Z`;
      const from = Temporal.Instant.from(`${year}-${month}-${day}${zoned}`);
      const unit = /\.\d/.test(time) ? { milliseconds: 1 } : /:\d\d:\d\d/.test(time) ? { seconds: 1 } : { minutes: 1 };
      return { prefix, from, to: from.add(unit) };
    }
    const first = Temporal.PlainDate.from({ year: Number(year), month: Number(month ?? 1), day: Number(day ?? 1) }, { overflow: "reject" });
    const next = first.add(day ? { days: 1 } : month ? { months: 1 } : { years: 1 });
    return { prefix, from: start(first), to: start(next) };
  } catch (cause) {
    throw directoryErrors.refuse("directory.bad-search", { params: { problem: "_lastUpdated" }, cause });
  }
}

function start(date: Temporal.PlainDate): Temporal.Instant {
  return date.toZonedDateTime("UTC").toInstant();
}
