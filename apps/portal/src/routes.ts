// The portal's pages, all of them.
import type { Route } from "@cercle/web";
import { decisionPages, intakePages } from "./desk/desk-routes.ts";
import { createDesk, type PortalSurface } from "./desk.ts";
import { fileRoutes } from "./file/file-routes.ts";
import { followPages } from "./file/follow-routes.ts";
import { letterPages } from "./file/letter-routes.ts";
import { mandatePages } from "./file/mandate-routes.ts";
import { servicePages } from "./file/service-routes.ts";
import { publicPages } from "./public/public-routes.ts";
import { demoPages } from "./sandbox/demo-routes.ts";
import { sandboxPages } from "./sandbox/sandbox-routes.ts";
import { termsPages } from "./terms/terms-routes.ts";
import { whatIfRoutes } from "./what-if/what-if-routes.ts";
import { overviewPages } from "./work/overview-routes.ts";
import { workRoutes } from "./work/work-routes.ts";

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
    ...termsPages(desk),
    ...(surface.mode === "sandbox" ? [...sandboxPages(desk), ...demoPages(desk)] : []),
  ];
}
