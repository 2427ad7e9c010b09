// The list as a gateway asks it: may this certificate exchange for this domain? Names are compared as parsed RDNs, domains in
// lower case; nothing is inferred from a suffix, since domains outside the shared one are listed too.
import { nameKey } from "@cercle/kernel";
import type { Whitelist } from "./document.ts";

export type Lookup = {
  readonly size: number;
  has(domain: string): boolean;
  /** Whether a certificate with this subject is bound to the domain. */
  binds(domain: string, certificateName: string): boolean;
  /** Domains bound to this subject. */
  domainsOf(certificateName: string): readonly string[];
};

export function buildLookup(list: Whitelist): Lookup {
  const names = new Map<string, Set<string>>();
  const domains = new Map<string, Set<string>>();
  for (const { domain, certificateName } of list.entries) {
    const key = nameKey(certificateName);
    const known = names.get(domain) ?? new Set();
    names.set(domain, known);
    if (key === undefined) continue;
    known.add(key);
    const held = domains.get(key) ?? new Set();
    domains.set(key, held.add(domain));
  }
  return {
    size: names.size,
    has: (domain) => names.has(domain.toLowerCase()),
    binds(domain, certificateName) {
      const key = nameKey(certificateName);
      return key !== undefined && (names.get(domain.toLowerCase())?.has(key) ?? false);
    },
    domainsOf: (certificateName) => [...(domains.get(nameKey(certificateName) ?? "") ?? [])].toSorted(),
  };
}
