// The portal's pages, for the program to wire.
export type { PortalSurface } from "./desk.ts";
export type { PersonView } from "./person/person-page.ts";
export { type PersonSpace, personPages } from "./person/person-routes.ts";
export { listFoot, listPlaces, listPlacesAlone, movesClock } from "./places.ts";
export { portalPages } from "./routes.ts";
export { seedPersonas } from "./sandbox/personas.ts";
export { portalTexts } from "./texts.ts";
export { writeDay } from "./words.ts";
