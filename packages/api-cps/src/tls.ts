// Secure exchanges: TLS with the card as client certificate, in Node, by OpenSSL's PKCS#11 engine (Debian: libengine-pkcs11-openssl).
// The card has no PSS: TLS 1.2 and RSA with SHA-256 only.

import type { X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { CpsError } from "./errors.ts";
import { usualModules } from "./pkcs11.ts";

const usualEngines = ["/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so", "/usr/lib/aarch64-linux-gnu/engines-3/pkcs11.so", "/usr/lib64/engines-3/pkcs11.so"];
/** CKA_ID of the authentication key: the application's identifier and 02. */
const identifier = "%e8%28%bd%08%0f%80%25%00%00%01%ff%00%10%02";

export type TlsOptions = {
  readonly cert: string;
  readonly privateKeyEngine: string;
  readonly privateKeyIdentifier: string;
  readonly sigalgs: string;
  readonly maxVersion: "TLSv1.2";
};

/**
 * Options for `tls.connect`, `https.request`, `https.Agent`. The code stands in memory for as long as they do: make them for one
 * exchange. Throws `no-driver` without the engine or the module.
 */
export function tlsOptions({
  certificate,
  pin,
  engine = usualEngines.find((path) => existsSync(path)),
  module = usualModules.find((path) => existsSync(path)),
}: {
  readonly certificate: X509Certificate;
  readonly pin: string;
  readonly engine?: string | undefined;
  readonly module?: string | undefined;
}): TlsOptions {
  if (!engine) throw new CpsError("no-driver", { module: "libengine-pkcs11-openssl" });
  if (!module) throw new CpsError("no-driver", { module: "opensc-pkcs11" });
  if (!/^\d{4}$/.test(pin)) throw new CpsError("bad-pin");
  // The engine reads its module's path from the environment.
  process.env.PKCS11_MODULE_PATH = module;
  return {
    cert: certificate.toString(),
    privateKeyEngine: engine,
    privateKeyIdentifier: `pkcs11:id=${identifier};type=private;pin-value=${pin}`,
    sigalgs: "RSA+SHA256",
    maxVersion: "TLSv1.2",
  };
}
