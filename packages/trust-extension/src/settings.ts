import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });
const seconds = (about: string, number: number) => ({ schema: z.number().int().min(1).max(86_400), about, default: number });

export const trustExtensionSettings = defineSettings({
  "trust-extension.port": port("The e-health proxy.", 8087),
  "trust-extension.api_port": port("Token exchange and guarded APIs, with mutual TLS.", 8089),
  "trust-extension.software_key": {
    schema: z.enum(["required", "optional"]),
    about: "Whether a software shows its key to the proxy (`Authorization: Bearer`). Always required in live mode.",
    default: "optional" as "required" | "optional",
  },
  "trust-extension.forwarded": {
    schema: z.boolean(),
    about: "Believe `X-Forwarded-For` for the address in traces: only behind a reverse proxy that sets it.",
    default: false,
  },
  "trust-extension.session_seconds": seconds("Longest session of the proxy.", 14_400),
  "trust-extension.idle_seconds": seconds("A session unused for this long ends.", 1800),
  "trust-extension.body_limit": {
    schema: z
      .number()
      .int()
      .min(1024)
      .max(1 << 30),
    about: "Longest body relayed, bytes, each way.",
    default: 16 << 20,
  },
  "trust-extension.timeout_seconds": seconds("How long the proxy and the guard wait for an API to begin its answer.", 30),
  "trust-extension.outside_issuer": {
    schema: z.url().optional(),
    about: "Discovery document of a provider outside this space: softwares added with `--issuer outside` sign in there.",
  },
  "trust-extension.ca_file": {
    schema: z.string().optional(),
    about: "More trust anchors (PEM) for what the proxy and the guard call, beside this space's and the system's.",
  },
});
