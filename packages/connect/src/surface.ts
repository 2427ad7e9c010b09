// What the room's part of the API works with; the program hands it over (apps/cercle/src/wire/connect.ts).
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store, Tx } from "@cercle/store";
import type { Actor } from "@cercle/web";
import type { Availability } from "./availability/availability.ts";
import type { Clients } from "./clients/clients.ts";
import type { Traces } from "./clients/traces.ts";
import type { Origins } from "./environment.ts";
import type { People } from "./people.ts";
import type { ClientDoor, Environment } from "./ports.ts";

export type ConnectSurface = {
  readonly store: Store;
  readonly clients: Clients;
  readonly people: People;
  readonly traces: Traces;
  readonly availability: Availability;
  readonly door: ClientDoor;
  readonly mode: "sandbox" | "live";
  frame(language: Language, actor: Actor): Frame;
  readonly origins: Readonly<Record<Environment, Origins & { readonly issuerUrl: string }>>;
  /** Opens the client's right through a real file signed by demo parties; answers its reference. */
  grantClient(tx: Tx, client: { id: string; environment: Environment }, actor: Actor): Promise<string>;
  issueCertificate(tx: Tx, commonName: string): Promise<{ certificate: string; key: string }>;
};
