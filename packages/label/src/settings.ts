import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const labelSettings = defineSettings({
  "label.clamd": {
    schema: z
      .string()
      .regex(/^(\/.+|[^/\s]+:\d{1,5})$/)
      .optional(),
    about:
      "ClamAV's daemon that scans evidence before it is kept: a Unix socket's path, or HOST:PORT. Without it nothing is scanned; set and away, nothing is kept.",
  },
});
