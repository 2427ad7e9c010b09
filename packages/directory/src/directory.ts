// The room, opened: what the program wires.
import { type Clock, realClock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { peopleRoutes } from "./people-routes.ts";
import type { DirectoryPort } from "./ports.ts";
import { findProfessional } from "./professional.ts";
import { createRegistry } from "./registry.ts";
import { createPeople, type People } from "./sandbox/people.ts";

export type Directory = DirectoryPort & {
  readonly people: People;
  readonly routes: readonly Route[];
};

/** Opens the room on a migrated store. */
export function createDirectory({ store, mode, clock = realClock }: { store: Store; mode: "sandbox" | "live"; clock?: Clock }): Directory {
  const registry = createRegistry({ store, clock });
  const people = createPeople({ store, registry, mode });
  return {
    findProfessional: (nationalId) => findProfessional(store, nationalId),
    people,
    routes: peopleRoutes({ store, people }),
  };
}
