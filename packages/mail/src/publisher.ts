// The agency's side of the list: what the open rights of domains say, signed and published. A closed right is out of the next list,
// and the next list comes with the change.
import type { Clock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { type ListSigner, signJson, signWhitelist, type Whitelist } from "@cercle/whitelist";
import { whitelistPublished } from "./events.ts";

export type ListedDomain = { readonly domain: string; readonly certificateName: string };

export type Publisher = {
  publish(domains: readonly ListedDomain[]): Promise<void>;
  readonly current: () => { xml: string; jws: string } | undefined;
};

const validHours = 24;

export function createPublisher({ store, signer, real }: { store: Store; signer: () => Promise<ListSigner>; real: Clock }): Publisher {
  let current: { xml: string; jws: string } | undefined;
  let lastSecond = 0;
  let working: Promise<void> = Promise.resolve();

  const publish = async (domains: readonly ListedDomain[]): Promise<void> => {
    const generatedAt = real.now().round("second");
    // The national form dates a list to the second; the sequence tells two lists of one second apart.
    const sequence = Math.max(lastSecond + 1, real.now().epochMilliseconds);
    lastSecond = sequence;
    const list: Whitelist = {
      generatedAt,
      sequence,
      nextUpdate: generatedAt.add({ hours: validHours }),
      entries: domains.map(({ domain, certificateName }) => ({ domain, certificateName, description: "", contact: "", support: "", updatedAt: generatedAt })),
    };
    const key = await signer();
    current = { xml: signWhitelist(list, key), jws: await signJson(list, key) };
    await store.transaction(async (tx) => store.emit(tx, { kind: whitelistPublished, subject: "whitelist", payload: { sequence, domains: domains.length } }));
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
