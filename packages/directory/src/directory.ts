// The room, opened: what the program wires.
import { type Clock, realClock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { createLoads, type Loads, workAnnouncements } from "./import/loads.ts";
import { importRoutes } from "./import-routes.ts";
import { peopleRoutes } from "./people-routes.ts";
import type { DirectoryPort } from "./ports.ts";
import { findProfessional } from "./professional.ts";
import { createRegistry } from "./registry.ts";
import { createPeople, type People } from "./sandbox/people.ts";

export type Directory = DirectoryPort & {
  readonly people: People;
  readonly loads: Loads;
  readonly routes: readonly Route[];
  /** Test people, indexes that a killed load left unbuilt, the announcing job. */
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** Opens the room on a migrated store. */
export function createDirectory({ store, mode, clock = realClock }: { store: Store; mode: "sandbox" | "live"; clock?: Clock }): Directory {
  const registry = createRegistry({ store, clock });
  const people = createPeople({ store, registry, mode });
  const loads = createLoads({ store, clock });
  return {
    findProfessional: (nationalId) => findProfessional(store, nationalId),
    people,
    loads,
    routes: [...peopleRoutes({ store, people }), ...importRoutes({ store, loads })],
    async start() {
      await store.run("select directory.build_indexes()");
      await people.seed();
      workAnnouncements(store, loads);
    },
    stop: () => loads.stop(),
  };
}
