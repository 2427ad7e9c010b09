// Parties over the API: who they are, and the accounts that act for them.
import type { IdentifierScheme } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Access } from "../access.ts";
import type { Files } from "../files/files.ts";
import type { Parties } from "./parties.ts";
import { verifyIdentifiers } from "./party-identity.ts";

const text = (most: number) => z.string().trim().min(1).max(most);
const identity = z.object({
  name: z.string().trim().min(2).max(200),
  kind: z.string().max(40).default("legal-person"),
  identifiers: z.record(z.string().max(20), text(80)).default({}),
  seat: text(400).optional(),
  representative: text(200).optional(),
  contact: z.object({ name: text(200), email: z.email().max(200), phone: text(40).optional() }).optional(),
});

export function partyRoutes({
  store,
  parties,
  files,
  identifiers,
  access,
  readers,
}: {
  store: Store;
  parties: Parties;
  files: Files;
  identifiers: readonly IdentifierScheme[];
  access: Access;
  readers: readonly string[];
}): readonly Route[] {
  const party = z.object({ party: z.uuid() });
  const membership = party.extend({ account: z.uuid() });
  return [
    defineRoute({
      method: "GET",
      path: "/api/parties",
      about: "Parties beside the agency; to a controller, those of the files of their mandates.",
      who: readers,
      async handle({ actor }) {
        const reach = await access.reach(actor);
        const all = await parties.list(store);
        if (reach === "all") return all;
        const seen = new Set((await files.list(store, reach)).map((file) => file.party_id));
        return all.filter(({ id }) => seen.has(id));
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/parties",
      about: "Makes a party, a legal or a natural person: identifiers (their check digits are verified), seat, representative, contact person.",
      who: ["officer"],
      body: identity,
      async handle({ body }) {
        verifyIdentifiers(identifiers, body.identifiers);
        return { party: await store.transaction((tx) => parties.create(tx, body)) };
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/parties/:party",
      about: "Says again who a party is: what was missing, or has changed.",
      who: ["officer"],
      params: party,
      body: identity,
      async handle({ params, body }) {
        verifyIdentifiers(identifiers, body.identifiers);
        await store.transaction((tx) => parties.change(tx, params.party, body));
      },
    }),
    defineRoute({
      method: "PUT",
      path: "/api/parties/:party/members/:account",
      about: "Lets an account act for a party.",
      who: ["officer"],
      params: membership,
      handle: ({ params }) => store.transaction((tx) => parties.join(tx, params.party, params.account)),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/parties/:party/members/:account",
      about: "Ends it.",
      who: ["officer"],
      params: membership,
      handle: ({ params }) => store.transaction((tx) => parties.leave(tx, params.party, params.account)),
    }),
  ];
}
