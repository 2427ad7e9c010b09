// How files reach the API: base64 in JSON, with what they are evidence of.
import { z } from "zod";

export const base64 = z
  .string()
  .min(1)
  .max(1_000_000)
  .regex(/^[A-Za-z0-9+/]+={0,2}$/);
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
export const requirementId = z.string().min(1).max(60);
export const evidenceFacts = z.object({ referential: z.uuid(), requirement: requirementId, name: z.string().trim().min(1).max(200) });
