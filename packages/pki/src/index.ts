// The certificate authority of the space, and the vault of its keys.
export {
  type Authority,
  type ClientVerdict,
  type IssuedCertificate,
  type MailVerdict,
  openAuthority,
  type Signer,
  type SignerPurpose,
} from "./authority.ts";
export type { CardCertificates, CardRequest, CardType } from "./cards.ts";
export { holdCeremony } from "./ceremony.ts";
export { pkiCommands } from "./commands.ts";
export { pkiErrors } from "./errors.ts";
export { certificateRevoked } from "./events.ts";
export { openKeys } from "./open-keys.ts";
export type { HoldRights, Trace } from "./ports.ts";
export { createOcspPost, publicationRoutes } from "./publication.ts";
export { pkiRoutes } from "./routes.ts";
export { pkiSettings } from "./settings.ts";
export { openVault, type Vault } from "./vault.ts";

/** The room's migrations, for the program. */
export const pkiMigrations = { room: "pki", folder: new URL("../migrations", import.meta.url) };
