// How news leave the space; the wiring hands it over.
import type { HookMessage } from "./message.ts";

export type Outgoing = {
  /** Sends; answers the status. Throws, with a reason that names no address, when nothing came back. No redirect is followed. */
  post(url: string, message: HookMessage): Promise<number>;
  /** Absent when the space has no relay. */
  readonly mail?: (message: { to: string; subject: string; text: string }) => Promise<void>;
  /** Outside a sandbox: https only, no address inside the network. */
  readonly guarded: boolean;
  /** Whether a host is an address inside the network. */
  isInside(host: string): boolean;
  /** The portal. */
  readonly origin: string;
};
