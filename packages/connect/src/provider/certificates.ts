// The certificate a client presents on the port with mutual TLS, judged before the request is handled (RFC 8705).
import type { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { CertificateVerdict, VerifyClientCertificate } from "../ports.ts";

export type PresentedCertificate = { readonly certificate: X509Certificate; readonly verdict: CertificateVerdict };

const presented = new WeakMap<IncomingMessage, PresentedCertificate>();

/** Judges the peer's certificate, if it presented one. */
export async function judgeCertificate(request: IncomingMessage, verify: VerifyClientCertificate): Promise<void> {
  const certificate = (request.socket as TLSSocket).getPeerX509Certificate?.();
  if (certificate) presented.set(request, { certificate, verdict: await verify(certificate.raw) });
}

export function certificateOf(ctx: { req: IncomingMessage }): PresentedCertificate | undefined {
  return presented.get(ctx.req);
}

/** `subject` is Node's (a line per attribute). `CN=x` alone matches on the common name, as the national service does; else all attributes. */
export function matchesSubject(subject: string, expected: string): boolean {
  const present = subject.split("\n").map((line) => line.trim());
  const wanted = expected.split(/,(?=\s*[A-Za-z.0-9]+=)/).map((part) => part.trim());
  if (wanted.length === 1 && wanted[0]?.startsWith("CN=")) return present.filter((line) => line.startsWith("CN=")).join() === wanted[0];
  return present.toSorted().join("\n") === wanted.toSorted().join("\n");
}
