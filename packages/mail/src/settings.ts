import { clamdPlace } from "@cercle/antivirus";
import { defineSettings } from "@cercle/kernel";
import { z } from "zod";
import { aloneSettings } from "./alone/settings.ts";
import { innerServerAbout, innerServerSettings } from "./gateway/inner-server.ts";

const port = (about: string, number: number) => ({ schema: z.number().int().min(0).max(65_535), about, default: number });

export const mailSettings = defineSettings({
  ...aloneSettings,
  "mail.alpha_smtp_port": port("Operator alpha: gateway SMTP.", 2525),
  "mail.alpha_submission_port": port("Operator alpha: submission.", 2587),
  "mail.alpha_imap_port": port("Operator alpha: IMAP.", 2143),
  "mail.beta_smtp_port": port("Operator beta: gateway SMTP.", 2625),
  "mail.beta_submission_port": port("Operator beta: submission.", 2687),
  "mail.beta_imap_port": port("Operator beta: IMAP.", 2243),
  "mail.transfer_port": port("Where another operator reads a domain that is transferred to it (MSS 13); open during a transfer only.", 2747),
  "mail.whitelist_url": {
    schema: z.string().max(500),
    about: "Address of the whitelist to apply; empty: the one that this space publishes.",
    default: "",
  },
  "mail.whitelist_seconds": { schema: z.number().int().min(1).max(86_400), about: "Seconds between two looks at `mail.whitelist_url`.", default: 60 },
  "mail.trust_file": {
    schema: z.string().max(500),
    about: "PEM file of other authorities (the national one) whose certificates partners and the signer of the whitelist may carry.",
    default: "",
  },
  "mail.revocation_unreachable": {
    schema: z.enum(["refuse", "accept"]),
    about: "A partner’s certificate of another authority when neither its OCSP responder nor its list can be had: `refuse` for now (454), or `accept`.",
    default: "refuse" as const,
  },
  "mail.routes": {
    schema: z.record(z.string().max(250), z.string().regex(/^[^\s:]+:\d{1,5}$/)),
    about: 'Next hops by domain (`{"hopital.example": "10.0.0.5:25"}`); a domain without one is this program’s own, or found by its MX.',
    default: {},
  },
  "mail.inner_servers": { schema: innerServerSettings, about: innerServerAbout, default: {} },
  "mail.agreement_version": {
    schema: z.string().regex(/^[A-Za-z0-9._-]{1,20}$/),
    about: "Version of the evidence agreement in force: a new one is accepted again before the next use.",
    default: "1",
  },
  "mail.app_passwords": {
    schema: z.enum(["on", "off"]).optional(),
    about:
      "Passwords of one device each, for mail programs that can neither carry a token nor a certificate. Unless said otherwise `on` in a sandbox, `off` in a live space.",
  },
  "mail.bearer_clients": {
    schema: z.array(z.string().max(120)),
    about:
      "Clients whose Pro Santé Connect tokens open a mailbox (`azp`): a token given to another service is no key to mail. Empty: any client in a sandbox, none in a live space.",
    default: [],
  },
  "mail.indicators_day": {
    schema: z.number().int().min(1).max(28),
    about: "Day of the month on which the indicators of the month before are due at the agency.",
    default: 5,
  },
  "mail.wave_recipients": {
    schema: z.number().int().min(1).max(1_000_000),
    about: "Recipients reached by one sender within ten minutes from which a wave of unsolicited mail is suspected.",
    default: 300,
  },
  "mail.clamd": {
    schema: z.string().regex(clamdPlace).optional(),
    about:
      "ClamAV’s daemon that scans messages: a Unix socket’s path, or HOST:PORT. Without it nothing is scanned, and programs are refused by their names only.",
  },
  "mail.clamd_unreachable": {
    schema: z.enum(["refuse", "mark"]),
    about: "A message that the scanner gives no verdict on: `refuse` for now (451; 552 when it is too large to be scanned), or let through with a `mark`.",
    default: "refuse" as const,
  },
  "mail.product_number": {
    schema: z.string().regex(/^[A-Za-z0-9._-]{0,40}$/),
    about: "Product reference written as `X-MSS-NIL` on messages that carry none; empty: `CERCLE`.",
    default: "",
  },
});
