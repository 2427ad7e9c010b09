// Distribution of the API-CPS software: orders, versions, downloads, licences, results.
export { createDistribution, type Distribution } from "./distribution.ts";
export { distributionErrors } from "./errors.ts";
export type { BuiltPackage, ContractFiles, DistributionPorts } from "./ports.ts";
export { distributionSettings } from "./settings.ts";
export { distributionTexts } from "./texts.ts";
export { checkPackage } from "./versions.ts";

/** The room's migrations, for the program. */
export const distributionMigrations = { room: "distribution", folder: new URL("../migrations", import.meta.url) };
