// Which port each listener has: its setting, or a free one with `--ports auto`. One book of ports outlives a reset, so that
// addresses stay what they were.
import { createServer } from "node:net";
import type { Configuration } from "./configuration.ts";

export type Ports = (setting: string) => Promise<number>;

export function createPorts({ configuration, auto }: { configuration: Configuration; auto: boolean }): Ports {
  const known = new Map<string, Promise<number>>();
  return (setting) => {
    const port = known.get(setting) ?? (auto ? freePort(configuration.get<string>("program.host")) : Promise.resolve(configuration.get<number>(setting)));
    known.set(setting, port);
    return port;
  };
}

/** Below the ports that the system hands out by itself, so that no outgoing connection takes one between our look and our use. */
const first = 10_000;
const count = 22_000;
/** Each process looks from a place of its own: two programs that start together do not choose the same. */
let next = (process.pid * 40) % count;

/** A port nobody uses now. */
async function freePort(host: string): Promise<number> {
  for (let tries = 0; tries < count; tries++) {
    const port = first + next;
    next = (next + 1) % count;
    if (await isFree(host, port)) return port;
  }
  return 0;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
