import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });

export const mailSettings = defineSettings({
  "mail.alpha_smtp_port": port("Operator alpha: gateway SMTP.", 2525),
  "mail.alpha_submission_port": port("Operator alpha: submission.", 2587),
  "mail.alpha_imap_port": port("Operator alpha: IMAP.", 2143),
  "mail.beta_smtp_port": port("Operator beta: gateway SMTP.", 2625),
  "mail.beta_submission_port": port("Operator beta: submission.", 2687),
  "mail.beta_imap_port": port("Operator beta: IMAP.", 2243),
});
