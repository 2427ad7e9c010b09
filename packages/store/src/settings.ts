import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const storeSettings = defineSettings({
  "store.database_url": {
    schema: z.string().startsWith("postgres").optional(),
    about: "PostgreSQL 15 or later, as `postgresql://user@host/name`. Without it the embedded engine runs in the data folder. `DATABASE_URL` is read too.",
    secret: true,
  },
  "store.pool_size": {
    schema: z.number().int().min(2).max(200),
    about: "Connections kept open to PostgreSQL by one process.",
    default: 10,
  },
});
