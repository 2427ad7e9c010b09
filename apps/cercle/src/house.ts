// What every room's wiring receives: a file of its own, so that `wire/*.ts` and `start.ts` make no cycle.
import type { Accounts } from "@cercle/accounts";
import type { Governance } from "@cercle/governance";
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Authority, Vault } from "@cercle/pki";
import type { Store } from "@cercle/store";
import type { Actor, ListenerOptions, Logger, Route } from "@cercle/web";
import type { Configuration } from "./configuration.ts";
import type { Space } from "./space.ts";
import type { TableRow } from "./table.ts";

/** What every room's wiring receives. */
export type House = {
  readonly configuration: Configuration;
  readonly mode: "sandbox" | "live";
  /** One mail operator beside the services of others; else a whole space. */
  readonly alone: boolean;
  /** False for a command without a server: rooms run, nothing listens. */
  readonly listens: boolean;
  readonly space: Space;
  readonly store: Store;
  readonly vault: Vault;
  readonly authority: Authority;
  readonly governance: Governance;
  readonly accounts: Accounts;
  readonly log: Logger;
  /** The port of a listener: its setting, or a free one with `--ports auto`. Ask before building addresses. */
  port(setting: string): Promise<number>;
  /** `http://localhost:8080` for a port setting. */
  origin(setting: string, scheme?: "http" | "https"): Promise<string>;
  frame(language: Language, actor: Actor): Frame;
  /** Opens a listener once all rooms are wired. */
  addListener(
    listener: Omit<ListenerOptions, "log" | "identify" | "refusalPage"> & { setting: string; plain?: boolean; identify?: ListenerOptions["identify"] },
  ): void;
  /** Routes on the portal's listener, the control socket and in OpenAPI. */
  addRoutes(routes: readonly Route[]): void;
  addRow(row: TableRow): void;
  /** Called in reverse order at the end. */
  onStop(stop: () => Promise<void>): void;
};
