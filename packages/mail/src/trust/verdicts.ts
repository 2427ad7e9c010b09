// What was found of a partner's certificate, kept for its next message: chain, signature and register are asked once and not at every
// MAIL FROM. Forgotten at once when a certificate is revoked, and after seconds in any case. The list and the rights of domains are
// no part of it: they are looked at for every message.
import { createHash } from "node:crypto";
import type { Clock } from "@cercle/kernel";
import type { PeerVerdict } from "../ports.ts";

export type Verdicts = { verify(der: Uint8Array): Promise<PeerVerdict>; forget(): void };

const keptMillis = 5000;
const most = 1000;

export function rememberVerdicts(verify: (der: Uint8Array) => Promise<PeerVerdict>, real: Clock): Verdicts {
  const known = new Map<string, { readonly verdict: Promise<PeerVerdict>; readonly until: number }>();
  return {
    verify(der) {
      const fingerprint = createHash("sha256").update(der).digest("base64url");
      const now = real.now().epochMilliseconds;
      const kept = known.get(fingerprint);
      if (kept && kept.until > now) return kept.verdict;
      if (known.size >= most) known.clear();
      const verdict = verify(der);
      const entry = { verdict, until: now + keptMillis };
      known.set(fingerprint, entry);
      const drop = (): void => {
        if (known.get(fingerprint) === entry) known.delete(fingerprint);
      };
      // Only what is good is kept: who was refused may have been put right meanwhile, and a failure is no verdict.
      verdict.then(({ ok }) => ok || drop(), drop);
      return verdict;
    },
    forget: () => known.clear(),
  };
}
