import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

const payload = z.object({ national_id: z.string() });

export const personChanged = defineEvent(
  "directory.person-changed",
  "What the registers say of a known person changed (names, profession, situations, identifier), or the person came back.",
  payload,
);

export const personGone = defineEvent("directory.person-gone", "A person is no longer in the registers; sessions and devices of that person end.", payload);
