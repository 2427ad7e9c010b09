// The space as a whole: what it is, and its starting state again.
import { newId } from "@cercle/kernel";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { programErrors } from "./errors.ts";
import type { Space } from "./space.ts";

export function spaceRoutes({ space, mode, reset }: { space: Space; mode: "sandbox" | "live"; reset?: (() => void) | undefined }): readonly Route[] {
  // Another one after each start and each reset: whoever waits for a reset compares it.
  const instance = newId<"instance">();
  return [
    defineRoute({
      method: "GET",
      path: "/api/space",
      about: "This trust space: name, country, identifiers, nomenclatures.",
      who: "anyone",
      handle: async () => ({
        id: space.id,
        name: space.name,
        country: space.country,
        time_zone: space.time_zone,
        languages: space.languages,
        mode,
        instance,
        identifiers: space.identifiers.map(({ id, of, label, pattern }) => ({ id, of, label, pattern })),
        nomenclatures: Object.keys(space.nomenclatures),
      }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/reset",
      about: "Brings the starting state back; answers at once, and the space is new when `instance` has changed.",
      who: "operator",
      async handle() {
        if (mode !== "sandbox" || !reset) throw programErrors.refuse("program.no-reset");
        setImmediate(reset);
        return new Reply({ status: 202, body: { instance } });
      },
    }),
  ];
}
