import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

export const headPublished = defineEvent(
  "evidence.head-published",
  "A new head over all files was signed.",
  z.object({ size: z.number().int(), root: z.string() }),
);
