// What an operator alone is told instead of what the rooms of a whole space would give it (`docs/mail-alone.md`).
import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });
const words = (about: string, fallback = "") => ({ schema: z.string().max(500), about: `Operator alone: ${about}`, default: fallback });

export const aloneSettings = defineSettings({
  "mail.domain": words("the domain that it serves."),
  "mail.phase": {
    schema: z.enum(["provisional", "validated"]),
    about: "Operator alone: how far its integration is; `provisional` lets test mailboxes exchange only, both ways (MSS 4.1).",
    default: "provisional" as "provisional" | "validated",
  },
  "mail.own_smtp_port": port("Operator alone: gateway SMTP.", 2525),
  "mail.own_submission_port": port("Operator alone: submission.", 2587),
  "mail.own_imap_port": port("Operator alone: IMAP.", 2143),
  "mail.certificate_file": words("PEM file of its certificate dedicated to messaging, with its chain: shown to partners both ways."),
  "mail.key_file": words("PEM file of that certificate’s private key."),
  "mail.server_certificate_file": words("PEM file of the certificate that mail programs see on submission and IMAP; empty: `program.tls_certificate`."),
  "mail.server_key_file": words("PEM file of its private key; empty: `program.tls_key`."),
  "mail.directory_url": words("base of the directory’s FHIR API."),
  "mail.directory_key_file": words("file with the key of that API (`ESANTE-API-KEY`); empty: none is sent."),
  "mail.publication_url": words("base of the API that takes publications of mailboxes (a Cercle’s portal); empty: they are published by other means."),
  "mail.publication_key_file": words("file with the API key for publications."),
  "mail.indicators_url": words("base of the API that takes the indicators of each month (a Cercle’s portal); empty: they are deposited by other means."),
  "mail.indicators_key_file": words("file with the API key for indicators."),
  "mail.issuers": {
    schema: z.array(z.url().max(500)).max(10),
    about: "Operator alone: OpenID issuers whose access tokens open a mailbox (XOAUTH2, OAUTHBEARER); empty: that of `webmail.issuer`.",
    default: [],
  },
  "mail.identifier_claim": {
    schema: z.string().regex(/^[A-Za-z0-9_.:/-]{1,80}$/),
    about: "Claim of userinfo that holds the national identifier of who signs in.",
    default: "SubjectNameID",
  },
});

/** Without these an operator alone has nobody to trust and nothing to serve. */
export const neededAlone = ["mail.domain", "mail.certificate_file", "mail.key_file", "mail.whitelist_url", "mail.trust_file", "mail.directory_url"] as const;
