// The certificate authority of the space, and the vault of its keys.
export {
  type Authority,
  type ClientVerdict,
  type IssuedCertificate,
  type MailVerdict,
  openAuthority,
  type Signer,
  type SignerPurpose,
} from "./authorities/authority.ts";
export { holdCeremony } from "./authorities/ceremony.ts";
export { openKeys } from "./authorities/open-keys.ts";
export { openVault, type Vault } from "./authorities/vault.ts";
export { pkiErrors } from "./errors.ts";
export { certificateRevoked } from "./events.ts";
export type { CardCertificates, CardRequest, CardType } from "./issuing/cards.ts";
export type { HoldRights, Trace } from "./ports.ts";
export { createOcspPost, publicationRoutes } from "./serving/publication.ts";
export { pkiRoutes } from "./serving/routes.ts";
export { pkiSettings } from "./settings.ts";

/** The room's migrations, for the program. */
export const pkiMigrations = { room: "pki", folder: new URL("../migrations", import.meta.url) };
