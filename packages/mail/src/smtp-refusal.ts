// Refusals on the wire: code, enhanced status (RFC 3463), and a text that names the true cause.

export type SmtpRefusal = Error & { responseCode: number };

/** `550 5.7.1 text`, as smtp-server sends it. */
export function smtpRefusal(responseCode: number, enhanced: string, text: string): SmtpRefusal {
  return Object.assign(new Error(`${enhanced} ${text}`), { responseCode });
}

/** The ordered rules of the gateway, each with its reply. */
export const gatewayReplies = {
  noTls: () => smtpRefusal(530, "5.7.0", "Must issue a STARTTLS command first"),
  noCertificate: () => smtpRefusal(530, "5.7.0", "A client certificate of the trust space is required"),
  badCertificate: (why: string) => smtpRefusal(550, "5.7.1", `The client certificate is refused: ${why}`),
  notBound: (domain: string) => smtpRefusal(550, "5.7.1", `The certificate is not bound to ${domain} in the whitelist`),
  notListed: (domain: string) => smtpRefusal(550, "5.7.1", `${domain} is not in the whitelist`),
  closed: (domain: string, clause: string) => smtpRefusal(550, "5.7.1", `${domain} may not exchange now (${clause})`),
  testOnly: (address: string) => smtpRefusal(550, "5.7.1", `${address}: provisional integration, test mailboxes only (MSS 4.1)`),
  relay: (address: string) => smtpRefusal(550, "5.7.1", `${address} is not served here`),
  noMailbox: (address: string) => smtpRefusal(550, "5.1.1", `${address} does not exist`),
  full: (address: string) => smtpRefusal(452, "4.2.2", `${address} is full`),
  tooLarge: (limit: number) => smtpRefusal(552, "5.3.4", `The message exceeds ${limit} bytes`),
  senderMismatch: () => smtpRefusal(550, "5.7.1", "The From header does not match the envelope sender"),
  loop: () => smtpRefusal(554, "5.4.6", "Too many hops: the message is looping"),
  notYourAddress: (address: string) => smtpRefusal(553, "5.7.1", `You may not send as ${address}`),
  nullSender: () => smtpRefusal(550, "5.7.1", "A report must come from a domain of the whitelist"),
} as const;
