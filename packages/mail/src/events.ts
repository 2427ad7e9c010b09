import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

/** A signal (`store.signal`), not a row: IDLE sessions in every process look again, and look by themselves every few seconds. */
export const folderChanged = defineEvent(
  "mail.folder-changed",
  "Messages of a folder were added, removed or marked. A signal: a wake-up without a row in the outbox.",
  z.object({ operator: z.string(), folder: z.string() }),
);

export const whitelistPublished = defineEvent(
  "mail.whitelist-published",
  "A new whitelist is published; every operator fetches and verifies it.",
  z.object({ sequence: z.number().int(), domains: z.number().int() }),
);
