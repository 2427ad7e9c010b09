// The program's own settings: where it listens, in which mode, which space.
import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });

export const programSettings = defineSettings({
  "program.mode": {
    schema: z.enum(["sandbox", "live"]),
    about: "`sandbox`: demo data, headless approvals, movable clock. `live`: refuses to start with any of these.",
    default: "sandbox" as "sandbox" | "live",
  },
  "program.space": { schema: z.string(), about: "Folder that describes the trust space; a name is looked for in `spaces/`.", default: "france" },
  "program.rooms": {
    schema: z.array(z.literal("mail")).max(1),
    about: 'Rooms to open: all of a trust space, or `["mail"]`, one operator alone (`docs/mail-alone.md`); a data folder stays what it was first.',
    default: [] as "mail"[],
  },
  "program.host": { schema: z.string(), about: "Address to listen on.", default: "127.0.0.1" },
  "program.public_host": { schema: z.string(), about: "Host name that addresses are printed and signed with.", default: "localhost" },
  "program.tls": {
    schema: z.enum(["off", "authority", "files"]),
    about: "`authority`: HTTPS with a certificate of the space's own authority for `program.public_host`; `files`: with yours.",
    default: "off" as "off" | "authority" | "files",
  },
  "program.tls_certificate": { schema: z.string().optional(), about: "PEM file of your certificate and its chain." },
  "program.tls_key": { schema: z.string().optional(), about: "PEM file of its private key." },
  "program.log_level": { schema: z.enum(["silent", "error", "warn", "info", "debug"]), about: "What is logged, on standard error.", default: "warn" as const },
  "portal.port": port("Portal, governance API, public registers.", 8080),
  "health.port": port("Health, readiness, metrics.", 8090),
});
