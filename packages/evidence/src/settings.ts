import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const evidenceSettings = defineSettings({
  "evidence.head_seconds": {
    schema: z.number().int().min(1).max(86_400),
    about: "How often a head over all files is signed and published when something changed.",
    default: 60,
  },
  "evidence.timestamp_url": {
    schema: z.url().optional(),
    about: "An outside RFC 3161 timestamp authority. Without it the space stamps itself, which proves nothing against whoever runs it.",
  },
  "evidence.timestamp_trust_file": {
    schema: z.string().optional(),
    about: "PEM of the outside authority's anchors; a reply that does not lead to them is not kept.",
  },
});
