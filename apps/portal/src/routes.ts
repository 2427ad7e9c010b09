// The portal's pages, all of them.
import type { Route } from "@cercle/web";
import { demoPages } from "./demo-routes.ts";
import { createDesk, type PortalSurface } from "./desk.ts";
import { decisionPages, intakePages } from "./desk-routes.ts";
import { fileRoutes } from "./file-routes.ts";
import { followPages } from "./follow-routes.ts";
import { letterPages } from "./letter-routes.ts";
import { mandatePages } from "./mandate-routes.ts";
import { overviewPages } from "./overview-routes.ts";
import { publicPages } from "./public-routes.ts";
import { sandboxPages } from "./sandbox-routes.ts";
import { servicePages } from "./service-routes.ts";
import { whatIfRoutes } from "./what-if-routes.ts";
import { workRoutes } from "./work-routes.ts";

export function portalPages(surface: PortalSurface): readonly Route[] {
  const desk = createDesk(surface);
  return [
    ...workRoutes(desk),
    ...fileRoutes(desk),
    ...letterPages(desk),
    ...servicePages(desk),
    ...mandatePages(desk),
    ...followPages(desk),
    ...whatIfRoutes(desk),
    ...decisionPages(desk),
    ...intakePages(desk),
    ...overviewPages(desk),
    ...publicPages(desk),
    ...(surface.mode === "sandbox" ? [...sandboxPages(desk), ...demoPages(desk)] : []),
  ];
}
