// Passing a token on: the e-health proxy, the token exchange, the guard of connected APIs.
export { trustExtensionErrors } from "./errors.ts";
export type { KnownRight, ProviderPlace, SandboxActs } from "./ports.ts";
export { createTrustExtension, type TrustExtension } from "./room.ts";
export { trustExtensionRoutes } from "./routes.ts";
export { trustExtensionSettings } from "./settings.ts";

/** The room's migrations, for the program. */
export const trustExtensionMigrations = { room: "trust_extension", folder: new URL("../migrations", import.meta.url) };
