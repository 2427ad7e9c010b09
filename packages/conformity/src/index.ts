// Examines an operator of secure mail from outside, whoever made it.
export { type Kit, readKit } from "./kit.ts";
export { buildReport, hasFailed, type OperatorReport, writeReport } from "./report.ts";
export { examineOperator } from "./suite.ts";
export type { Partner, PartnerName, Target } from "./target.ts";
