// The e-CPS.
export { createECps, type ECps } from "./e-cps.ts";
export { eCpsErrors } from "./errors.ts";
export { approvalDecided, deviceCalled, deviceEnded } from "./events.ts";
export type { ApprovalRequest, ApprovalState, Approvals, Directory, Identity, PublishedTerms, TermsVersions, UseRight } from "./ports.ts";
export { eCpsSettings } from "./settings.ts";
export { eCpsTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const eCpsMigrations = { room: "e_cps", folder: new URL("../migrations", import.meta.url) };
