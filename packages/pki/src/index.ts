// The certificate authority of the space, and the vault of its keys.
export { type Authority, type IssuedCertificate, openAuthority, type Signer, type SignerPurpose } from "./authority.ts";
export { pkiErrors } from "./errors.ts";
export { pkiSettings } from "./settings.ts";
export { openVault, type Vault } from "./vault.ts";

/** The room's migrations, for the program. */
export const pkiMigrations = { room: "pki", folder: new URL("../migrations", import.meta.url) };
