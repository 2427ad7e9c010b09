// Who is examined, and whom the suite plays. Nothing here is known of the program under test but its addresses.

/** A domain with the certificate that the suite shows for it, PEM. */
export type Partner = { readonly domain: string; readonly certificate: string; readonly key: string };

/** The states a partner comes in; the names of the national audit domains stand beside the checks. */
export const partnerNames = ["good", "expired", "revoked", "foreign", "other", "renamed", "unlisted", "provisional", "ocsp", "ocsp_revoked", "cut"] as const;
export type PartnerName = (typeof partnerNames)[number];

export type Target = {
  readonly domain: string;
  readonly host: string;
  /** Port of SMTP between operators. */
  readonly gateway: number;
  readonly submission?: number | undefined;
  readonly imap?: number | undefined;
  /** Anchors that the operator's own certificate must lead to, PEM. */
  readonly trust: string;
  /** A test mailbox that exists and may receive. */
  readonly recipient: string;
  /** A mailbox that exists and is no test mailbox. */
  readonly ordinary?: string | undefined;
  /** Signs in to `recipient`. */
  readonly account?: { readonly user: string; readonly password: string } | undefined;
  readonly partners: Readonly<Partial<Record<PartnerName, Partner>>>;
  /** Whether the list binds this certificate (DER) to the examined domain. */
  binds?(certificate: Uint8Array): Promise<boolean>;
  /** Takes the domain of the partner `cut` off the list. */
  cut?(): Promise<void>;
  /** Whether the directory publishes an address. */
  published?(address: string): Promise<boolean>;
  /** Seconds in which a newly listed partner must be accepted, and a message be readable. */
  readonly patience?: number | undefined;
};

/** A check that cannot run says what the kit lacks. */
export class Lacking extends Error {}

export function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Lacking(what);
  return value;
}

export function must(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why);
}
