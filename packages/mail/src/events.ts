import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

/** Subject: operator and folder. IDLE sessions in every process look again. */
export const folderChanged = defineEvent(
  "mail.folder-changed",
  "Messages of a folder were added, removed or marked.",
  z.object({ operator: z.string(), folder: z.string() }),
);

export const whitelistPublished = defineEvent(
  "mail.whitelist-published",
  "A new whitelist is published; every operator fetches and verifies it.",
  z.object({ sequence: z.number().int(), domains: z.number().int() }),
);
