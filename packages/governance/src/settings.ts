import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const governanceSettings = defineSettings({
  "governance.smtp_url": {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    about:
      "The relay through which reminders of last days leave by e-mail (smtp://host:port, smtps://user:password@host); without it, that of `distribution.smtp_url`; with neither, none leaves by e-mail.",
    secret: true,
  },
  "governance.mail_from": { schema: z.email(), about: "The sender of reminders.", default: "rappels@localhost.test" },
  "governance.counting_policy": {
    schema: z
      .string()
      .regex(/^[a-z0-9.-]{1,60}$/)
      .optional(),
    about:
      "The named and versioned policy by which days are counted (`cercle law vocabulary` lists them), e.g. `fr-alsace-moselle-2026.1`, or `-641` at its end when nothing moves to a working day. Without it: that of the space's first calendar, with the move.",
  },
});
