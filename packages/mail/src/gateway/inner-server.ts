// Gateway mode: the mailboxes of the domain are on a server that was there before (Dovecot, Exchange, …). What partners send waits in the
// queue until that server took it, by LMTP (RFC 2033) or SMTP; what it sends comes in by submission, known by its certificate or address.
import type { Readable } from "node:stream";
import type { Clock, Text } from "@cercle/kernel";
import { createTransport, type Transporter } from "nodemailer";
import { z } from "zod";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { createInnerProbe, type Existence } from "./inner-probe.ts";

const place = /^(lmtp|smtp)(\+tls)?:\/\/([^/\s:]{1,250}|\[[0-9a-f:]+\]):(\d{1,5})$/;
const isLoopback = (host: string): boolean => host === "localhost" || /^127\./.test(host) || host === "[::1]";

export const innerServerSettings = z.record(
  z.string().max(250),
  z.strictObject({
    deliver: z
      .string()
      .regex(place)
      .refine((text) => {
        const [, , tls, host = ""] = place.exec(text) ?? [];
        return tls !== undefined || isLoopback(host);
      }, "without +tls only to this machine"),
    /** PEM file of the authorities that its certificate is judged by; those of partners without one. */
    trust_file: z.string().max(500).optional(),
    /** While the partner waits, when the server cannot say whether it knows a recipient. */
    unasked: z.enum(["accept", "refuse"]).default("accept"),
    /** SHA-256 fingerprints (64 hexadecimal digits) of the certificates it submits with, or its addresses. */
    submits: z.array(z.string().regex(/^(?:[0-9a-f]{64}|[0-9a-f.:]{3,45})$/)).default([]),
  }),
);
export type InnerServerSettings = z.output<typeof innerServerSettings>;

export const innerServerAbout: Text["en"] =
  'Gateway mode, by domain: the server that holds its mailboxes (`{"hopital.example": {"deliver": "lmtp://127.0.0.1:24", "submits": ["10.0.0.5"]}}`). `deliver`: `lmtp` or `smtp`, `+tls` unless on this machine; `submits`: addresses or certificate fingerprints (SHA-256) that may submit as anybody of the domain, under TLS; `trust_file`: authorities of its certificate (PEM); `unasked`: whether a recipient is accepted (its sender hears by a report) or refused for now while the server cannot be asked.';

export type InnerServer = {
  /** Whether it knows a recipient, asked of it while the partner waits. */
  knows(recipient: string): Promise<Existence>;
  readonly unasked: "accept" | "refuse";
  /** Throws nodemailer's error, with the server's own reply. Answers its reply. */
  deliver(message: { sender: string; recipient: string; raw: Buffer | Readable }): Promise<string>;
  /** What stands for the inner server in traces, when this is it; undefined for anybody else. */
  recognise(session: { address: string; fingerprint: string | undefined }): string | undefined;
  stop(): void;
};

/** `ca` are the anchors that its certificate is judged by. */
export function createInnerServer(
  { deliver, submits, unasked }: InnerServerSettings[string],
  { domain, ca, real }: { domain: string; ca: string; real: Clock },
): InnerServer {
  const [, protocol, tls, host = "", port = ""] = place.exec(deliver) ?? [];
  let transport: Transporter | undefined;
  const bare = host.replace(/^\[|\]$/g, "");
  return {
    knows: createInnerProbe(
      { protocol: protocol === "lmtp" ? "lmtp" : "smtp", tls: tls !== undefined, host: bare, port: Number(port) },
      { name: domain, ca, real },
    ),
    unasked,
    async deliver({ sender, recipient, raw }) {
      transport ??= createTransport({
        host: bare,
        port: Number(port),
        lmtp: protocol === "lmtp",
        pool: true,
        maxConnections: 4,
        secure: false,
        requireTLS: tls !== undefined,
        ignoreTLS: tls === undefined,
        name: domain,
        connectionTimeout: 15_000,
        socketTimeout: 60_000,
        tls: { ...tlsPolicy, ca, rejectUnauthorized: true },
      });
      const { response } = (await transport.sendMail({ envelope: { from: sender, to: [recipient] }, raw })) as { response?: string };
      return response ?? "250";
    },
    recognise({ address, fingerprint }) {
      if (fingerprint !== undefined && submits.includes(fingerprint)) return `server:${fingerprint.slice(0, 16)}`;
      const plain = address.replace(/^::ffff:/, "");
      return submits.includes(plain) ? `server:${plain}` : undefined;
    },
    stop: () => transport?.close(),
  };
}
