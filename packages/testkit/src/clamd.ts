// ClamAV's daemon on a free port with one signature made by hand: the industry's test file (EICAR), which harms nothing.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { temporaryFolder } from "./store.ts";

export type TestClamd = {
  /** HOST:PORT. */
  readonly place: string;
  /** Path of its Unix socket. */
  readonly socket: string;
  readonly malware: string;
  /** What it calls that. */
  readonly found: string;
  /** Takes connections and answers nothing. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

/** Written in two halves: this file itself is no malware to any scanner. */
const malware = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE!$H+H*"].join("");
const daemon = "/usr/sbin/clamd";

export function hasClamd(): boolean {
  return spawnSync("sh", ["-c", "command -v clamd"], { env: { PATH: `${process.env.PATH}:/usr/sbin` } }).status === 0;
}

/** `largest`: what it takes in one stream, as clamd.conf says it. */
export async function startClamd({ largest = "100M" }: { largest?: string } = {}): Promise<TestClamd> {
  const folder = await temporaryFolder();
  const at = (name: string): string => join(folder.path, name);
  const port = await freePort();
  await writeFile(at("test.hdb"), `${createHash("md5").update(malware).digest("hex")}:${malware.length}:Eicar-Test-Signature\n`);
  const settings = {
    DatabaseDirectory: folder.path,
    TCPSocket: port,
    TCPAddr: "127.0.0.1",
    LocalSocket: at("socket"),
    Foreground: "yes",
    StreamMaxLength: largest,
    ...(process.getuid?.() === 0 ? { User: "root" } : {}),
  };
  await writeFile(
    at("clamd.conf"),
    Object.entries(settings)
      .map(([key, value]) => `${key} ${value}\n`)
      .join(""),
  );
  const child: ChildProcess = spawn(daemon, ["-c", at("clamd.conf")], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await eventually(() => answers(port), 30);
  return {
    place: `127.0.0.1:${port}`,
    socket: at("socket"),
    malware,
    found: "Eicar-Test-Signature.UNOFFICIAL",
    pause: async () => void child.kill("SIGSTOP"),
    resume: async () => void child.kill("SIGCONT"),
    async stop() {
      child.kill("SIGKILL");
      await ended;
      await folder.remove();
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port, timeout: 2000 }, () => socket.write("zPING\0"));
    socket.on("timeout", () => socket.destroy());
    socket.on("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
    socket.on("close", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const place = server.address();
      server.close(() => resolve(typeof place === "object" && place ? place.port : 0));
    });
  });
}
