// What this room needs of others. The program hands these over (apps/cercle/src/wire/trust-extension.ts).
import type { Tx } from "@cercle/store";
import type { Actor, RouteRequest } from "@cercle/web";

/** Whose provider: an environment of this space, or the one that `trust-extension.outside_issuer` names. */
export const issuerNames = ["bas", "production", "outside"] as const;
export type IssuerName = (typeof issuerNames)[number];

/** A current right of the two doors that this room follows. */
export type KnownRight = {
  readonly right: "client.sign-in" | "trust-extension.use";
  readonly subject: string;
  readonly state: "open" | "closed";
  readonly limits: Readonly<Record<string, unknown>>;
  readonly since: string;
  readonly reference: string;
  readonly clause: string;
};

/** Every known right, and whether contact with governance is lost. */
export type RightsDoor = { list(): readonly KnownRight[]; readonly lost: boolean };

export type CertificateVerdict =
  | { readonly ok: true; readonly kind: "card-authentication" | "organisation"; readonly serial: string }
  | { readonly ok: false; readonly reason: string };
export type VerifyClientCertificate = (der: Uint8Array) => Promise<CertificateVerdict>;

export type Seal = { seal(plain: Uint8Array): Uint8Array; unseal(sealed: Uint8Array): Uint8Array };

/** Where a provider's discovery document is, and whether it may be plain HTTP (a sandbox on this machine). */
export type ProviderPlace = { readonly discovery: string; readonly insecure: boolean };

/** The sandbox's own acts, through real files: absent in `live`. */
export type SandboxActs = {
  /** Registers an OpenID client known by its certificate, opens its sign-in right, issues the certificate. */
  registerClient(tx: Tx, client: { id: string; environment: "bas" | "production" }, actor: Actor): Promise<{ certificate: string; key: string }>;
  /** Opens `trust-extension.use` for a client. */
  grant(tx: Tx, client: { id: string; role: "proxy-operator" | "data-provider" }, actor: Actor): Promise<string>;
};

export type Identify = (request: { headers: RouteRequest<0, 0, 0>["headers"]; cookies: RouteRequest<0, 0, 0>["cookies"] }) => Promise<Actor>;
