// The room, put together.
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store, Tx } from "@cercle/store";
import type { Actor, Route } from "@cercle/web";
import { contractPages } from "./contract-pages.ts";
import { followerRoutes } from "./follower-routes.ts";
import { workOnNews } from "./followers.ts";
import { licenceRoutes } from "./licence-routes.ts";
import { orderRoutes } from "./order-routes.ts";
import { seedAnnex } from "./orders.ts";
import type { DistributionPorts } from "./ports.ts";
import { publicRoutes } from "./public-routes.ts";
import type { Room } from "./room.ts";
import { versionRoutes } from "./version-routes.ts";

export type Distribution = {
  /** What must be there from the first start. */
  seed(tx: Tx): Promise<void>;
  readonly routes: readonly Route[];
};

export function createDistribution({
  store,
  ports,
  frame,
  anchors,
}: {
  store: Store;
  ports: DistributionPorts;
  frame(language: Language, actor: Actor): Frame;
  anchors(): string;
}): Distribution {
  const room: Room = { store, ports };
  workOnNews(room);
  return {
    seed: (tx) => seedAnnex(tx, ports.now()),
    routes: [
      ...orderRoutes(room),
      ...versionRoutes(room),
      ...licenceRoutes(room),
      ...followerRoutes(room),
      ...contractPages(room, { frame }),
      ...publicRoutes(room, { frame, anchors }),
    ],
  };
}
