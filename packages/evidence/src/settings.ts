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
  "evidence.proposal_hours": {
    schema: z.number().int().min(1).max(8760),
    about: "How long a proposed irreversible act waits for its second officer.",
    default: 72,
  },
  "evidence.review_hours": {
    schema: z.number().int().min(1).max(8760),
    about: "Within how many hours an act that one officer did in an emergency is to be reviewed by another.",
    default: 48,
  },
});
