import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });
const host = (about: string) => ({
  schema: z
    .string()
    .regex(/^(https?:\/\/)?[\w.-]+(:\d+)?$/)
    .optional(),
  about: `${about} A host name, or a whole origin (\`https://auth.example.org\`) behind a proxy; the program's public host when absent.`,
});

export const connectSettings = defineSettings({
  "connect.bas.issuer_port": port("Issuer of the environment `bas` (bac à sable).", 8081),
  "connect.bas.wallet_port": port("Wallet origin of `bas`: authorization endpoint, sign-in pages.", 8082),
  "connect.bas.mtls_port": port("Back-channel endpoints of `bas` with mutual TLS (RFC 8705).", 8444),
  "connect.bas.issuer_host": host("Where clients reach the issuer of `bas`."),
  "connect.bas.wallet_host": host("Where browsers reach the wallet origin of `bas`."),
  "connect.production.issuer_port": port("Issuer of the environment `production`.", 8091),
  "connect.production.wallet_port": port("Wallet origin of `production`.", 8092),
  "connect.production.mtls_port": port("Back-channel endpoints of `production` with mutual TLS.", 8454),
  "connect.production.issuer_host": host("Where clients reach the issuer of `production`."),
  "connect.production.wallet_host": host("Where browsers reach the wallet origin of `production`."),
  "connect.availability_target": {
    schema: z.number().min(0).max(100),
    about: "Availability aimed at, in percent; public beside what is measured (PSC 6).",
    default: 99.5,
  },
  "connect.automation": {
    schema: z.enum(["authorised", "refused"]),
    about:
      "Automated sign-ins. `authorised` is the express authorisation of the sandbox's operator (PSC 5): robots are computed and traced, never refused. Not read in live mode, where only accessibility robots pass.",
    default: "authorised" as "authorised" | "refused",
  },
});
