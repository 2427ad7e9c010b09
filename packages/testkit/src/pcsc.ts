// The PC/SC stack for tests: Debian's pcscd with vsmartcard's reader, in network and mount namespaces of its own (vpcd listens on
// all addresses, and /run/pcscd is one per machine), under one machine lock. Clients outside reach it by PCSCLITE_CSOCK_NAME.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { access } from "node:fs/promises";
import { eventually } from "./eventually.ts";

export type PcscStack = {
  /** Environment for programs that speak PC/SC. */
  readonly environment: Readonly<Record<string, string>>;
  /** The command line that runs a program inside the namespace, where the readers' ports 35963 and 35964 are. */
  inside(command: string, args: readonly string[]): readonly [string, readonly string[]];
  stop(): Promise<void>;
};

/** Whether the stack can run here: root, unshare, pcscd, vpcd and OpenSC. Otherwise the reason. */
export function missingPcsc(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root, for a network namespace";
  for (const command of ["pcscd", "opensc-tool", "unshare", "nsenter", "flock", "setpriv"]) {
    if (spawnSync("sh", ["-c", `command -v ${command}`]).status !== 0) return `needs ${command}: apt-get install pcscd vsmartcard-vpcd opensc`;
  }
  if (spawnSync("unshare", ["--net", "--mount", "true"]).status !== 0) return "needs the right to make a network namespace";
  return undefined;
}

/** Starts it, waiting for the machine's lock; ends with `stop`, or with the process. */
export async function startPcsc(): Promise<PcscStack> {
  // One acknowledgement at once per segment: vpcd writes length and command apart, which costs 40 ms each otherwise.
  const network = "ip link set lo up && ip route replace local 127.0.0.1 dev lo table local quickack 1";
  const script = `${network} && mkdir -p /run/pcscd && mount -t tmpfs tmpfs /run/pcscd && echo ready && exec pcscd --foreground`;
  // However the tests end, pcscd ends with them: an orphan would hold the machine's lock for ever. All of it is one process.
  const command = ["--pdeathsig", "KILL", "flock", "--no-fork", "--wait", "300", "/tmp/cercle-pcsc.lock", "unshare", "--net", "--mount", "sh", "-c", script];
  const holder = spawn("setpriv", command, { stdio: ["ignore", "pipe", "ignore"] });
  const end = (): void => void holder.kill("SIGTERM");
  process.once("exit", end);
  await firstOutput(holder);
  const socket = `/proc/${holder.pid}/root/run/pcscd/pcscd.comm`;
  await eventually(() =>
    access(socket).then(
      () => true,
      () => false,
    ),
  );
  return {
    environment: { PCSCLITE_CSOCK_NAME: socket },
    inside: (command, args) => ["nsenter", ["--net", "--target", String(holder.pid), command, ...args]],
    async stop() {
      process.off("exit", end);
      const ended = new Promise<void>((resolve) => holder.once("exit", () => resolve()));
      end();
      await ended;
    },
  };
}

function firstOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the PC/SC stack ended at once (${code}); code 1 after five minutes: another process holds its lock`)));
  });
}
