// Target and partners in one JSON file: PEM inside, or the names of files beside it.
import { type Partner, type PartnerName, partnerNames, type Target } from "./target.ts";

export type Kit = {
  readonly domain: string;
  readonly host: string;
  readonly gateway: number;
  readonly submission?: number;
  readonly imap?: number;
  readonly trust: string;
  readonly recipient: string;
  readonly ordinary?: string;
  readonly account?: { readonly user: string; readonly password: string };
  readonly partners: Partial<Record<PartnerName, Partner>>;
};

/** Reads a kit; `open` reads a file named in it. Throws an error that names the field. */
export async function readKit(text: string, open: (path: string) => Promise<string>): Promise<Target> {
  const given = JSON.parse(text) as Record<string, unknown>;
  const word = (field: string): string => {
    const value = given[field];
    if (typeof value !== "string" || value === "") throw new Error(`kit: ${field}`);
    return value;
  };
  const port = (field: string): number | undefined => {
    const value = given[field];
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !Number.isInteger(value) || value < 1 || value > 65_535) throw new Error(`kit: ${field}`);
    return value;
  };
  const pem = async (value: unknown, field: string): Promise<string> => {
    if (typeof value !== "string") throw new Error(`kit: ${field}`);
    return value.includes("-----BEGIN") ? value : open(value);
  };
  const gateway = port("gateway");
  if (gateway === undefined) throw new Error("kit: gateway");
  const partners: Partial<Record<PartnerName, Partner>> = {};
  const listed = (given.partners ?? {}) as Record<string, { domain?: unknown; certificate?: unknown; key?: unknown } | undefined>;
  for (const name of partnerNames) {
    const one = listed[name];
    if (!one) continue;
    if (typeof one.domain !== "string") throw new Error(`kit: partners.${name}.domain`);
    partners[name] = {
      domain: one.domain,
      certificate: await pem(one.certificate, `partners.${name}.certificate`),
      key: await pem(one.key, `partners.${name}.key`),
    };
  }
  const account = given.account as { user?: unknown; password?: unknown } | undefined;
  return {
    domain: word("domain"),
    host: word("host"),
    gateway,
    submission: port("submission"),
    imap: port("imap"),
    trust: await pem(given.trust, "trust"),
    recipient: word("recipient"),
    ordinary: given.ordinary === undefined ? undefined : word("ordinary"),
    account: typeof account?.user === "string" && typeof account.password === "string" ? { user: account.user, password: account.password } : undefined,
    partners,
  };
}
