// The directory as LDAP asks it: one entry per published mailbox, under one base. The red list never takes part.

import { parseName, type Rdn, Refusal } from "@cercle/kernel";
import { type Bound, type DirectoryPage, DirectoryRefusal, type LdapDirectory, resultCode } from "@cercle/ldap";
import type { Actor } from "@cercle/web";
import type { Accesses } from "../access.ts";
import type { Condition } from "../query/compile.ts";
import type { Search, SearchQuery } from "../query/search.ts";
import type { Snapshot } from "../revisions.ts";
import { attributes } from "./attributes.ts";
import { toCondition } from "./condition.ts";
import { buildLdapEntry, type Shown, shownOf } from "./entry.ts";
import type { KeptCopy } from "./keep-copy.ts";

export type LdapFaceOptions = {
  readonly search: Search;
  readonly accesses: Accesses;
  /** Answers from memory where it can. */
  readonly copy: KeptCopy;
  /** Top of the tree. */
  readonly base: string;
  readonly anonymous: boolean;
  /** Who bears this API key; `nobody` or a refusal when it is wrong. */
  identify(authorization: string): Promise<Actor>;
};

export function createLdapFace({ search, accesses, copy, base, anonymous, identify }: LdapFaceOptions): LdapDirectory {
  const actors = new Map<string, Actor>();
  const baseName = parseName(base) ?? [];

  return {
    base,
    anonymous,
    attributes: attributes.map(({ name, about }) => ({ name, about })),
    objectClasses: [{ name: "inetOrgPerson", about: "A mailbox of the trust space", must: ["cn", "mail"], may: attributes.map(({ name }) => name) }],
    async authenticate(_name, password): Promise<Bound | undefined> {
      const actor = await identify(`Bearer ${password}`).catch((error: unknown) => {
        if (error instanceof Refusal) return undefined;
        throw error;
      });
      if (actor?.kind !== "account") return undefined;
      if (actors.size > 10_000) actors.clear();
      actors.set(actor.id, actor);
      return { key: actor.id };
    },
    async search({ base: at, scope, filter, after, limit, who }): Promise<DirectoryPage | undefined> {
      const place = at === base ? "base" : placeOf(at, baseName);
      if (place === undefined) return undefined;
      if (place === "base" && scope === "base") return { entries: [{ name: base, attributes: { objectClass: ["top", "domain"] } }] };
      const named: Condition[] = place === "base" ? [] : [{ field: "address", is: "eq", value: place.mail }];
      if (place !== "base" && scope === "one") return { entries: [] };
      const where: Condition = { and: [...named, toCondition(filter)] };
      const access = { surface: "ldap", actor: actors.get(who?.key ?? "") ?? { kind: "nobody" }, address: who?.key ?? "ldap", purpose: "look-up" } as const;
      const prefix = filter.kind === "substring" && filter.initial ? filter.initial : undefined;
      const shape = { what: "mailbox", ...(prefix ? { prefix } : {}), page: after === undefined ? 1 : 2 };
      try {
        accesses.admit(access, shape);
      } catch (error) {
        throw error instanceof Refusal ? new DirectoryRefusal(resultCode.adminLimitExceeded, error.code) : error;
      }
      const from = after === undefined ? undefined : (JSON.parse(after) as { key: string; snapshot: Snapshot });
      const kept = from ? undefined : await copy.find(where, limit);
      const page = kept?.found
        ? { ...kept.found, snapshot: kept.snapshot }
        : await pageOf(search, { where, limit, after: from?.key, snapshot: from?.snapshot ?? kept?.snapshot });
      if (place !== "base" && page.entries.length === 0) return undefined;
      accesses.record(access, shape, page.entries.length);
      const entries = page.entries.map((shown) => buildLdapEntry(shown, base));
      return { entries, ...(page.next === undefined ? {} : { next: JSON.stringify({ key: page.next, snapshot: page.snapshot }) }) };
    },
  };
}

async function pageOf(
  search: Search,
  asked: Omit<SearchQuery<"address">, "entity">,
): Promise<{ entries: readonly Shown[]; next: string | undefined; snapshot: Snapshot }> {
  const { rows, next, snapshot } = await search.search({ ...asked, entity: "address" });
  return { entries: rows.map(shownOf), next, snapshot };
}

/** The base itself, or the mailbox that a name below it names; undefined for anything else. */
function placeOf(at: string, base: readonly Rdn[]): "base" | { readonly mail: string } | undefined {
  const name = parseName(at) ?? [];
  const below = name.length - base.length;
  if (below === 0) return "base";
  const [first] = name[0] ?? [];
  return below === 1 && first?.type === "MAIL" ? { mail: first.value } : undefined;
}
