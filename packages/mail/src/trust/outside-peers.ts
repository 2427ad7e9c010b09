// Partners whose certificates another authority issued (the national one): chain to the anchors of the setting, dates, purpose,
// revocation. Ordered rules, the first that fails is the answer; the authority of the space answers for its own certificates.
import { X509Certificate } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { PeerVerdict } from "../ports.ts";
import type { AskRevocation } from "./revocation.ts";

export type RevocationPolicy = "refuse" | "accept";

const clientOrServer = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"];
const longest = 8192;
const deepest = 5;

export function createOutsidePeers({
  anchors,
  revocation,
  unreachable,
  real,
}: {
  /** PEM, roots and intermediates. */
  anchors: string;
  revocation: AskRevocation;
  /** What holds when neither the responder nor the list can be had. */
  unreachable: RevocationPolicy;
  real: Clock;
}): (der: Uint8Array) => Promise<PeerVerdict> {
  const pool = (anchors.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
  const issuerOf = (one: X509Certificate): X509Certificate | undefined =>
    pool.find((issuer) => issuer.ca && one.checkIssued(issuer) && one.verify(issuer.publicKey));

  /** The path to a root of the pool, leaf first; empty when there is none. */
  const pathOf = (leaf: X509Certificate): readonly X509Certificate[] => {
    const path = [leaf];
    for (let one = leaf; path.length <= deepest; ) {
      const issuer = issuerOf(one);
      if (!issuer) return [];
      path.push(issuer);
      if (issuer.subject === issuer.issuer) return path;
      one = issuer;
    }
    return [];
  };

  return async (der) => {
    const leaf = open(der);
    const path = leaf ? pathOf(leaf) : [];
    const [, issuer] = path;
    if (!leaf || !issuer) return { ok: false, reason: "unknown-issuer" };
    const now = real.now().epochMilliseconds;
    if (path.some((one) => one.validToDate.getTime() < now)) return { ok: false, reason: "expired" };
    if (path.some((one) => one.validFromDate.getTime() > now)) return { ok: false, reason: "not-yet-valid" };
    const usages = leaf.keyUsage as readonly string[] | undefined;
    if (leaf.ca || (usages && !usages.some((usage) => clientOrServer.includes(usage)))) return { ok: false, reason: "wrong-purpose" };
    // The root is trusted by being there: nobody lists its revocation.
    for (const [i, one] of path.slice(0, -1).entries()) {
      const above = path[i + 1];
      const answer = above ? await revocation(one, above) : "good";
      if (answer === "revoked") return { ok: false, reason: "revoked" };
      if (answer === "unreachable" && i === 0 && unreachable === "refuse") return { ok: false, reason: "revocation-unreachable" };
    }
    return { ok: true };
  };
}

function open(der: Uint8Array): X509Certificate | undefined {
  if (der.length > longest) return undefined;
  try {
    return new X509Certificate(der);
  } catch {
    // Not a certificate: nobody issued it.
    return undefined;
  }
}
