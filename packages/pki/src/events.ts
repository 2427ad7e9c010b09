import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

/** Subject: the serial number. */
export const certificateRevoked = defineEvent(
  "pki.certificate-revoked",
  "A certificate was revoked; every process forgets what it remembered of it.",
  z.object({ serial: z.string(), issuer: z.string(), reason: z.string() }),
);
