import { defineEvent } from "@cercle/kernel";
import { z } from "zod";

/** Subject: the approval. What waiting pages and CIBA follow. */
export const approvalDecided = defineEvent(
  "e-cps.approval-decided",
  "A sign-in request to an e-CPS was approved, refused, given a wrong number, blocked, or expired.",
  z.object({ id: z.string(), state: z.enum(["approved", "refused", "expired", "wrong-number", "blocked"]) }),
);

/** Subject: the device. What its open connections follow, in every process. */
export const deviceCalled = defineEvent(
  "e-cps.device-called",
  "Something waits on a telephone: a request, or news for its person.",
  z.object({ device: z.string(), quiet: z.boolean() }),
);

/** Subject: the national identifier. Sessions end for `lost`, `reported`, `cloned`, `agency` and `gone`. */
export const deviceEnded = defineEvent(
  "e-cps.device-ended",
  "An e-CPS is no longer active: replaced, removed, cloned, lost, refused terms, or deactivated by the agency.",
  z.object({ device: z.string(), national_id: z.string(), reason: z.string() }),
);
