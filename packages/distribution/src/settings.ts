import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const distributionSettings = defineSettings({
  "distribution.smtp_url": {
    schema: z.url({ protocol: /^smtps?$/ }).optional(),
    about: "The relay through which news of versions leave by e-mail (smtp://host:port, smtps://user:password@host). Without it nobody can follow by e-mail.",
    secret: true,
  },
  "distribution.mail_from": {
    schema: z.email(),
    about: "The sender of these messages.",
    default: "api-cps@localhost.test",
  },
});
