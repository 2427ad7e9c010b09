// The key ceremony: makes the nine authorities once, before witnesses, and answers the minutes that they sign.
import type { Temporal } from "@cercle/kernel";
import { pkiErrors } from "../errors.ts";
import { type AuthorityOptions, openAuthority } from "./authority.ts";
import { isRoot, rootOf } from "./hierarchy.ts";

export type Minutes = {
  readonly held_at: string;
  readonly space: string;
  readonly mode: "sandbox" | "live";
  readonly keys_in: "vault" | "pkcs11";
  readonly witnesses: readonly string[];
  readonly authorities: readonly {
    code: string;
    subject: string;
    serial: string;
    bits: number;
    fingerprint_sha256: string;
    not_after: string;
    signed_by: string;
  }[];
};

const fewestWitnesses = 2;

/** Throws `pki.witnesses-needed`, `pki.ceremony-done`. */
export async function holdCeremony({ witnesses, at, ...options }: AuthorityOptions & { witnesses: readonly string[]; at: Temporal.Instant }): Promise<Minutes> {
  const named = [...new Set(witnesses.map((name) => name.trim()).filter((name) => name !== ""))];
  if (named.length < fewestWitnesses) throw pkiErrors.refuse("pki.witnesses-needed");
  if (await options.store.first("select code from pki.authority limit 1")) throw pkiErrors.refuse("pki.ceremony-done");
  const authority = await openAuthority({ ...options, make: true });
  const { list, get } = authority.inside.authorities;
  const minutes: Minutes = {
    held_at: at.toString({ smallestUnit: "second" }),
    space: options.name,
    mode: options.mode ?? "sandbox",
    keys_in: options.keys?.kind ?? "vault",
    witnesses: named,
    authorities: list.map(({ code, x509, serial }) => {
      const above = get(rootOf(code));
      // What the witnesses sign was checked, not only written.
      if (!x509.verify(above.x509.publicKey)) throw new TypeError(`${code} is not signed by ${above.code}`);
      return {
        code,
        subject: x509.subject.replaceAll("\n", ", "),
        serial,
        bits: x509.publicKey.asymmetricKeyDetails?.modulusLength ?? 0,
        fingerprint_sha256: x509.fingerprint256,
        not_after: x509.validToDate.toISOString(),
        signed_by: isRoot(code) ? code : above.code,
      };
    }),
  };
  // Names of witnesses are in the minutes they keep; the trace has fingerprints only.
  await options.store.transaction(async (tx) => {
    const fingerprints = Object.fromEntries(minutes.authorities.map(({ code, fingerprint_sha256 }) => [code, fingerprint_sha256]));
    await options.trace?.(tx, { type: "ceremony-held", payload: { keys_in: minutes.keys_in, witnesses: named.length, ...fingerprints } });
  });
  return minutes;
}
