// The portal's pages, for the program to wire.
export type { PortalSurface } from "./desk.ts";
export { listFoot, listPlaces, listPlacesAlone, movesClock } from "./places.ts";
export { portalPages } from "./routes.ts";
export { seedPersonas } from "./sandbox/personas.ts";
export { portalTexts } from "./texts.ts";
export { writeDay } from "./words.ts";
