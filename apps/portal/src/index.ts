// The portal's pages on files, for the program to wire.
export { seedPersonas } from "./personas.ts";
export { type PortalSurface, portalFileRoutes } from "./routes.ts";
export { portalTexts } from "./texts.ts";
