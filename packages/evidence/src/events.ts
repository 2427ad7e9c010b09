import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

export const entryRecorded = defineEvent(
  "evidence.entry-recorded",
  "An entry was appended to a file, whoever did it; what it says is not in the event.",
  z.object({ file: z.uuid(), seq: z.number().int(), type: z.string(), happened_at: z.string(), recorded_at: z.string() }),
);

export const headPublished = defineEvent(
  "evidence.head-published",
  "A new head over all files was signed.",
  z.object({ size: z.number().int(), root: z.string() }),
);

export const letterWaiting = defineEvent(
  "evidence.letter-waiting",
  "An electronic registered letter waits for its addressee, who is told without the sender's name.",
  z.object({ reference: z.string(), recipient: z.string() }),
);

export const decisionMade = defineEvent(
  "evidence.decision-made",
  "A decision was confirmed by a second officer, refused, taken urgently, or reviewed.",
  z.object({ reference: z.string(), kind: z.string(), state: z.string() }),
);

export const intakeReceived = defineEvent(
  "evidence.intake-received",
  "Something reached the intake list and is not tied to a file yet.",
  z.object({ reference: z.string() }),
);
