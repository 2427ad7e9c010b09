// The key store that the settings name.
import { pkiErrors } from "../errors.ts";
import { createVaultKeys, type KeyStore } from "./keys.ts";
import { openTokenKeys } from "./pkcs11.ts";
import type { Vault } from "./vault.ts";

export type KeySettings = {
  readonly kind: "vault" | "pkcs11";
  readonly module?: string | undefined;
  readonly token?: string | undefined;
  readonly pin?: string | undefined;
};

/** Throws `pki.no-token`. `close` ends the session with the token. */
export async function openKeys(vault: Vault, { kind, module, token, pin }: KeySettings): Promise<{ keys: KeyStore; close(): void }> {
  if (kind === "vault") return { keys: createVaultKeys(vault), close: () => undefined };
  if (!module || !token || !pin)
    throw pkiErrors.refuse("pki.no-token", { params: { token: token ?? "", problem: "pki.pkcs11_module, pki.pkcs11_token, pki.pkcs11_pin" } });
  const keys = await openTokenKeys({ module, token, pin });
  return { keys, close: () => keys.close() };
}
