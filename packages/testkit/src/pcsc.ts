// The PC/SC stack for tests: Debian's pcscd with vsmartcard's reader, in network and mount namespaces of its own (vpcd listens on
// all addresses, and /run/pcscd is one per machine), under one machine lock. Clients outside reach it by PCSCLITE_CSOCK_NAME.
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { eventually } from "./eventually.ts";

export type PcscStack = {
  /** Environment for programs that speak PC/SC. */
  readonly environment: Readonly<Record<string, string>>;
  /** The command line that runs a program inside the namespace, where the readers' ports 35963 and 35964 are. */
  inside(command: string, args: readonly string[]): readonly [string, readonly string[]];
  /** Runs a program that holds a card in a reader, and waits until pcscd shows that card, not the one before. */
  holdCard(holder: { command: string; args: readonly string[]; environment?: NodeJS.ProcessEnv; slot?: number }): Promise<HeldCard>;
  /** Whether pcscd sees a card in that reader. */
  seesCard(slot?: number): boolean;
  /** Ends every program that still holds a card, and pcscd. */
  stop(): Promise<void>;
};
export type HeldCard = {
  /** Ends the program, however it is, and waits until pcscd shows the reader empty. */
  remove(): Promise<void>;
  /** The end of the program, when something else takes the card out. */
  readonly ended: Promise<number | null>;
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

/** A machine under load answers late; what never comes is told after this. */
const patience = 30;

/** Starts it, waiting for the machine's lock; ends with `stop`, or with the process. */
export async function startPcsc(): Promise<PcscStack> {
  // One acknowledgement at once per segment: vpcd writes length and command apart, which costs 40 ms each otherwise.
  const network = "ip link set lo up && ip route replace local 127.0.0.1 dev lo table local quickack 1";
  const script = `${network} && mkdir -p /run/pcscd && mount -t tmpfs tmpfs /run/pcscd && echo ready && exec pcscd --foreground`;
  const command = ["flock", "--no-fork", "--wait", "600", "/tmp/cercle-pcsc.lock", "unshare", "--net", "--mount", "sh", "-c", script];
  const daemon = startTied(command, { stdio: ["ignore", "pipe", "ignore"] });
  await firstOutput(daemon.child, "the PC/SC stack ended at once; code 1 after ten minutes: another process holds its lock");
  const socket = `/proc/${daemon.child.pid}/root/run/pcscd/pcscd.comm`;
  const environment = { PCSCLITE_CSOCK_NAME: socket };
  await eventually(() => existsSync(socket), patience);
  const holders = new Map<Tied, number>();

  const seesCard = (slot = 0): boolean => {
    const { stdout } = spawnSync("opensc-tool", ["-l"], { encoding: "utf8", timeout: patience * 1000, env: { ...process.env, ...environment } });
    return new RegExp(`^${slot}\\s+Yes`, "m").test(stdout);
  };
  const endHolder = async (holder: Tied): Promise<void> => {
    holders.delete(holder);
    await holder.end("SIGINT");
  };
  return {
    environment,
    inside: (command, args) => ["nsenter", ["--net", "--target", String(daemon.child.pid), command, ...args]],
    seesCard,
    async holdCard({ command, args, environment: more = process.env, slot = 0 }) {
      // What a case that failed left behind is not the next one's.
      for (const [left] of [...holders].filter(([, where]) => where === slot)) await endHolder(left);
      // pcscd looks every 400 ms: a card inserted before it has seen the last one leave would pass for that one.
      await eventually(() => !seesCard(slot), patience);
      const holder = startTied([command, ...args], { stdio: ["ignore", "pipe", "inherit"], env: more });
      holders.set(holder, slot);
      await firstOutput(holder.child, `${args.join(" ")} ended without a card in the reader`);
      await eventually(() => seesCard(slot), patience);
      return {
        ended: holder.ended,
        async remove() {
          await endHolder(holder);
          await eventually(() => !seesCard(slot), patience);
        },
      };
    },
    async stop() {
      await Promise.all([...holders.keys()].map((holder) => holder.end("SIGKILL")));
      await daemon.end("SIGTERM");
    },
  };
}

type Tied = { readonly child: ChildProcess; readonly ended: Promise<number | null>; end(signal: NodeJS.Signals): Promise<void> };

/** A process that ends with this one however this one ends: an orphan would hold the machine's lock, or a pipe, for ever. */
function startTied([program = "", ...args]: readonly string[], options: SpawnOptions): Tied {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], options);
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = new Promise<number | null>((resolve) => {
    const done = (code: number | null): void => {
      process.off("exit", kill);
      resolve(code);
    };
    child.once("exit", done);
    child.once("error", () => done(null));
  });
  return {
    child,
    ended,
    async end(signal) {
      child.kill(signal);
      // Asked politely in vain: taken away.
      const last = setTimeout(kill, patience * 1000);
      await ended;
      clearTimeout(last);
    },
  };
}

/** What a child says first; rejects when it ends, or cannot begin, without a word. */
function firstOutput(child: ChildProcess, otherwise: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`${otherwise} (${code})`)));
    child.once("error", reject);
  });
}
