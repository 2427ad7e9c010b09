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

/** A port nobody uses now. */
function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}
