import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const governanceSettings = defineSettings({
  "governance.counting_policy": {
    schema: z
      .string()
      .regex(/^[a-z0-9.-]{1,60}$/)
      .optional(),
    about:
      "The named and versioned policy by which days are counted (`cercle law vocabulary` lists them), e.g. `fr-alsace-moselle-2026.1`, or `-641` at its end when nothing moves to a working day. Without it: that of the space's first calendar, with the move.",
  },
});
