// The simulated card.
export type { CardType, Holder, Situation } from "./card-data.ts";
export { type Cards, type CardView, createCards } from "./cards.ts";
export { cardErrors } from "./errors.ts";
export { createInsertions, type Insertions } from "./insertions.ts";
export { cardPages } from "./pages.ts";
export { startPcscd } from "./pcscd.ts";
export type { CardDoors, CardIssuer, Holders } from "./ports.ts";
export { cardRoutes } from "./routes.ts";
export { cardSettings } from "./settings.ts";
export { cardSignInRoutes } from "./sign-in.ts";
export { cardTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const cardMigrations = { room: "card", folder: new URL("../migrations", import.meta.url) };
