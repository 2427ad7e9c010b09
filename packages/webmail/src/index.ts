// Mail for professionals in a browser.
import type { Clock, Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import type { Route } from "@cercle/web";
import { createDesk } from "./desk.ts";
import { letterRoutes } from "./letter-routes.ts";
import { messageRoutes } from "./message-routes.ts";
import type { OidcClient, Seal, WebmailPorts } from "./ports.ts";
import { webmailRoutes } from "./routes.ts";
import { createSessions } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";

export { webmailErrors } from "./errors.ts";
export type { Box, OidcClient, WebmailPorts } from "./ports.ts";
export { createSessions, sessionHours } from "./sessions.ts";
export { webmailSettings } from "./settings.ts";
export { createSignIn } from "./sign-in.ts";
export { webmailTexts } from "./texts.ts";

export type WebmailOptions = {
  readonly store: Store;
  readonly seal: Seal;
  readonly real: Clock;
  readonly ports: WebmailPorts;
  client(): Promise<OidcClient>;
  /** Where people reach it. */
  readonly origin: string;
  readonly cookieName: string;
  readonly timeZone: string;
  frame(language: Language): Frame;
};

export type Webmail = { readonly routes: readonly Route[]; endPerson(person: string): Promise<number> };

export function createWebmail({ store, seal, real, client, origin, ...surface }: WebmailOptions): Webmail {
  const sessions = createSessions({ store, seal, real });
  const desk = createDesk({ ...surface, sessions });
  return {
    routes: [...webmailRoutes(desk, createSignIn({ client, origin, sessions })), ...messageRoutes(desk), ...letterRoutes(desk)],
    endPerson: (person) => sessions.endPerson(person),
  };
}

/** The room's migrations, for the program. */
export const webmailMigrations = { room: "webmail", folder: new URL("../migrations", import.meta.url) };
