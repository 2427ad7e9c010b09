// Starts pcscd for whoever inserts a card where none runs, and ends that one by its own process id. Never by itself: a person asks for
// it (`card insert --start-pcscd`), since vsmartcard's reader listens on every address of the machine while it runs.
import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { cardErrors } from "./errors.ts";
import { slotPort } from "./vpcd.ts";

const patience = 15_000;

/** Throws `card.no-pcscd` when it cannot be started, with what it said. */
export async function startPcscd(): Promise<{ stop(): Promise<void> }> {
  const child = spawn("pcscd", ["--foreground"], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-2000);
    });
  let ended = false;
  const over = new Promise<void>((resolve) => {
    const done = (reason: string): void => {
      ended = true;
      said += reason;
      resolve();
    };
    child.once("error", (error: NodeJS.ErrnoException) => done(error.code === "ENOENT" ? "pcscd: not installed" : error.message));
    child.once("exit", (code) => done(`exit ${code}`));
  });
  const stop = async (): Promise<void> => {
    if (!ended) child.kill("SIGTERM");
    await over;
  };
  const until = Date.now() + patience;
  while (!(await answers(slotPort(0)))) {
    if (ended || Date.now() > until) {
      await stop();
      throw cardErrors.refuse("card.no-pcscd", { params: { reason: said.trim().split("\n").at(-1)?.slice(-200) ?? "" } });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: "127.0.0.1", port });
    const done = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
