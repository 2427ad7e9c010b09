// What `cercle conformity check` asks of a server.
import { defineRoute, type Route } from "@cercle/web";

/** What `conformity check` trusts: the anchors of the space. */
export function conformityRoutes(anchors: () => string): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/api/conformity/anchors",
      about: "Trust anchors of result files, PEM.",
      who: "anyone",
      handle: async () => ({ anchors: anchors() }),
    }),
  ];
}
