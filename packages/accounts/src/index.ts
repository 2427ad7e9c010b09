// Accounts of officers and vendors.
export { type Account, type Accounts, createAccounts, type Role, roles } from "./accounts.ts";
export { accountsErrors } from "./errors.ts";
export { createPasskeys, type Passkeys, type RelyingParty } from "./passkeys.ts";
export { type AccountsSurface, accountsRoutes } from "./routes.ts";
export { accountsTexts, nameRole } from "./texts.ts";

/** The room's migrations, for the program. */
export const accountsMigrations = { room: "accounts", folder: new URL("../migrations", import.meta.url) };
