import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const pkiSettings = defineSettings({
  "pki.master_key_file": {
    schema: z.string().optional(),
    about: "File of 32 bytes that seals every key at rest. Keep it on another disk than the data; without it a file of mode 0600 in the data folder is made.",
  },
});
