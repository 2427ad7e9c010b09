import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

/** Subject: `right subject`. Doors follow it. */
export const rightChanged = defineEvent(
  "governance.right-changed",
  "A right of a file opened, closed or changed its limits; every door that lets through with it applies the change.",
  z.object({
    seq: z.number().int(),
    right: z.string(),
    subject: z.string(),
    state: z.enum(["open", "closed"]),
    limits: z.record(z.string(), z.unknown()),
    since: z.string(),
    reference: z.string(),
    entry: z.number().int(),
    clause: z.string(),
  }),
);

/** Subject: the instrument. */
export const termsAnnounced = defineEvent(
  "governance.terms-announced",
  "A new version of the terms of an instrument was announced, with the day it takes effect.",
  z.object({ instrument: z.string(), version: z.string(), in_force_on: z.string(), digest: z.string() }),
);

export const clockMoved = defineEvent(
  "governance.clock-moved",
  "The governance clock of a sandbox was moved forward; deadlines are looked at again.",
  z.object({ shift_ms: z.number().int() }),
);
