// Test people over the API; the command line asks the same routes.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { People } from "./sandbox/people.ts";
import { personInput } from "./sandbox/person-input.ts";

const officers = ["officer", "vendor"];
const id = z.object({ id: z.string().min(1).max(80) });
/** Defaults of `personInput` must not turn what a change does not name into empty fields. */
const { situations } = personInput.shape;
const changes = z
  .object(
    Object.fromEntries(
      Object.entries(personInput.shape).map(([key, schema]) => [key, schema instanceof z.ZodDefault ? schema.unwrap().optional() : schema.optional()]),
    ),
  )
  .extend({ add_situations: situations });

export function peopleRoutes({ store, people }: { store: Store; people: People }): readonly Route[] {
  return [
    defineRoute({ method: "GET", path: "/api/people", about: "Test people of this sandbox.", who: officers, handle: () => people.list() }),
    defineRoute({
      method: "GET",
      path: "/api/people/:id",
      about: "One person of the directory, by any identifier.",
      who: officers,
      params: id,
      handle: ({ params }) => people.find(params.id),
    }),
    defineRoute({
      method: "POST",
      path: "/api/people",
      about: "Adds a test person.",
      who: ["officer"],
      body: personInput,
      handle: async ({ body }) => people.find(await store.transaction((tx) => people.add(tx, body))),
    }),
    defineRoute({
      method: "PATCH",
      path: "/api/people/:id",
      about: "Changes a test person: names, profession, situations, identifier.",
      who: ["officer"],
      params: id,
      body: changes,
      handle: async ({ params, body }) => people.find(await store.transaction((tx) => people.edit(tx, params.id, body))),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/people/:id",
      about: "A test person leaves the registers: identifiers stay, marked inactive.",
      who: ["officer"],
      params: id,
      handle: ({ params }) => store.transaction((tx) => people.remove(tx, params.id)),
    }),
  ];
}
