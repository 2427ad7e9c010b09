// Who may exchange: the whitelist as one operator applies it. The last good list is kept, with an alarm, when the next one is
// a forgery, older or empty; names are compared as parsed RDNs.
import type { Clock, Temporal } from "@cercle/kernel";
import { Refusal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { buildLookup, type Lookup, verifyWhitelist } from "@cercle/whitelist";

export type Partners = {
  /** Verifies a list and applies it; answers why not when it is refused. */
  accept(bytes: Uint8Array): Promise<{ accepted: boolean; domains: number; reason?: string }>;
  /** Says what is wrong without a list to refuse. */
  raise(alarm: string): void;
  readonly lookup: () => Lookup;
  readonly status: () => { domains: number; generatedAt: string | undefined; alarm: string | undefined };
};

export async function openPartners({ store, schema, anchors, real }: { store: Store; schema: string; anchors: () => string; real: Clock }): Promise<Partners> {
  let lookup: Lookup = buildLookup({ generatedAt: real.now(), entries: [] });
  let last: { generatedAt: Temporal.Instant; sequence?: number } | undefined;
  let alarm: string | undefined;
  let current: string | undefined;

  const verify = (bytes: Uint8Array, known: typeof last) => verifyWhitelist({ bytes, trust: anchors(), now: real.now(), ...(known ? { last: known } : {}) });
  const apply = ({ list }: ReturnType<typeof verify>): void => {
    lookup = buildLookup(list);
    last = { generatedAt: list.generatedAt, ...(list.sequence === undefined ? {} : { sequence: list.sequence }) };
  };

  const kept = await store.first<{ xml: string }>(`select xml from ${schema}.whitelist_copy order by id desc limit 1`);
  if (kept) {
    try {
      apply(verify(Buffer.from(kept.xml), undefined));
    } catch (error) {
      alarm = error instanceof Refusal ? error.code : "unreadable";
    }
  }

  return {
    async accept(bytes) {
      try {
        const text = Buffer.from(bytes).toString("utf8");
        if (text !== "" && text === current) {
          // The same list again: verified when it came, still the last good one.
          alarm = undefined;
          return { accepted: true, domains: lookup.size };
        }
        const verified = verify(bytes, last);
        apply(verified);
        current = text;
        alarm = undefined;
        await store.run(`insert into ${schema}.whitelist_copy (generated_at, sequence, xml, accepted_at) values ($1, $2, $3, $4)`, [
          verified.list.generatedAt,
          verified.list.sequence ?? null,
          text,
          real.now(),
        ]);
        await store.run(`delete from ${schema}.whitelist_copy where id < (select max(id) - 10 from ${schema}.whitelist_copy)`);
        return { accepted: true, domains: verified.domains };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        alarm = error.code;
        return { accepted: false, domains: lookup.size, reason: error.code };
      }
    },
    raise(reason) {
      alarm = reason;
    },
    lookup: () => lookup,
    status: () => ({ domains: lookup.size, generatedAt: last?.generatedAt.toString(), alarm }),
  };
}
