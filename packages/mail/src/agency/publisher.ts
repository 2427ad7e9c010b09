// The agency's side of the list: what the open rights of domains say, signed and published. A closed right is out of the next list,
// and the next list comes with the change. Every list published is kept.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type ListSigner, signJson, signWhitelist, type Whitelist } from "@cercle/whitelist";
import { whitelistPublished } from "../events.ts";
import type { Agency } from "./agency.ts";

export type ListedDomain = { readonly domain: string; readonly certificateName: string };

export type Publisher = {
  publish(domains: readonly ListedDomain[]): Promise<void>;
  readonly current: () => { xml: string; jws: string } | undefined;
};

const validHours = 24;

export function createPublisher({ store, agency, signer, real }: { store: Store; agency: Agency; signer: () => Promise<ListSigner>; real: Clock }): Publisher {
  let current: { xml: string; jws: string } | undefined;
  let lastSequence = 0;
  let working: Promise<void> = Promise.resolve();

  const publish = async (domains: readonly ListedDomain[]): Promise<void> => {
    const generatedAt = real.now().round("second");
    // The national form dates a list to the second; the sequence tells two lists of one second apart.
    const sequence = Math.max(lastSequence + 1, real.now().epochMilliseconds);
    lastSequence = sequence;
    const list: Whitelist = {
      generatedAt,
      sequence,
      nextUpdate: generatedAt.add({ hours: validHours }),
      entries: domains.map(({ domain, certificateName }) => ({ domain, certificateName, description: "", contact: "", support: "", updatedAt: generatedAt })),
    };
    const key = await signer();
    const signed = { xml: signWhitelist(list, key), jws: await signJson(list, key) };
    current = signed;
    await store.transaction(async (tx) => {
      await agency.keep(tx, { sequence, generatedAt, domains: domains.length, ...signed });
      store.emit(tx, { kind: whitelistPublished, subject: "whitelist", payload: { sequence, domains: domains.length } });
    });
  };
  return {
    publish(domains) {
      working = working.then(
        () => publish(domains),
        () => publish(domains),
      );
      return working;
    },
    current: () => current,
  };
}
