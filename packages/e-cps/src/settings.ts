import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const eCpsSettings = defineSettings({
  "e-cps.approval_seconds": { schema: z.number().int().min(15).max(600), about: "How long a request waits for its answer.", default: 120 },
  "e-cps.gateway_url": {
    schema: z.url().optional(),
    about: "HTTPS address that takes messages to telephones and e-mail (`{channel, to, text}`); none: the sandbox's outbox only.",
    default: undefined as string | undefined,
  },
  "e-cps.gateway_token": { schema: z.string().optional(), about: "Bearer token of that address.", secret: true },
  "e-cps.minimum_app_version": { schema: z.string(), about: "Oldest version of the application that is still accepted.", default: "1.0.0" },
  "e-cps.push_hosts": {
    schema: z.array(z.string()),
    about: "Hosts of Web Push services that may be called; `*.` stands for any name below.",
    default: ["fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"],
  },
});
