// Where the authorities' keys are, from the settings.
import { openKeys, type Vault } from "@cercle/pki";
import type { Configuration } from "../configuration.ts";

export function openConfiguredKeys(configuration: Configuration, vault: Vault): ReturnType<typeof openKeys> {
  return openKeys(vault, {
    kind: configuration.get<"vault" | "pkcs11">("pki.keys"),
    module: configuration.get<string | undefined>("pki.pkcs11_module"),
    token: configuration.get<string | undefined>("pki.pkcs11_token"),
    pin: configuration.get<string | undefined>("pki.pkcs11_pin"),
  });
}
