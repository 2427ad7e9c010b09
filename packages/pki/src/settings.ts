import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const pkiSettings = defineSettings({
  "pki.port": {
    schema: z.number().int().min(0).max(65_535),
    about: "Certificates, revocation lists and OCSP, over plain HTTP as RFC 5280 wants.",
    default: 8085,
  },
  "pki.public_url": {
    schema: z.url().optional(),
    about: "Address written into certificates for lists, OCSP and issuers; without it that of the listener.",
  },
  "pki.master_key_file": {
    schema: z.string().optional(),
    about: "File of 32 bytes that seals every key at rest. Keep it on another disk than the data; without it a file of mode 0600 in the data folder is made.",
  },
  "pki.keys": {
    schema: z.enum(["vault", "pkcs11"]),
    about: "Where the keys of the authorities and of their OCSP responders are: sealed in files, or in a PKCS#11 token.",
    default: "vault" as "vault" | "pkcs11",
  },
  "pki.pkcs11_module": { schema: z.string().optional(), about: "The token's library, for example `/usr/lib/softhsm/libsofthsm2.so`." },
  "pki.pkcs11_token": { schema: z.string().optional(), about: "Label of the token." },
  "pki.pkcs11_pin": { schema: z.string().optional(), about: "The token's user PIN.", secret: true },
});
