import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });

export const cardSettings = defineSettings({
  "card.bas.sign_in_port": port("Card sign-in page of `bas` (TLS 1.2, client certificate asked).", 8443),
  "card.production.sign_in_port": port("Card sign-in page of `production`.", 8453),
});
