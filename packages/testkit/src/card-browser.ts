// A Chromium in which a card works: on a screen of its own (the code is asked in a window of the browser, out of a script's reach),
// OpenSC's module in its key store, in the network namespace of the PC/SC stack. Where the first certificate that fits is chosen
// by a policy, as managed computers do.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { eventually } from "./eventually.ts";
import type { PcscStack } from "./pcsc.ts";

const module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";

export type CardBrowser = {
  /**
   * A Chromium of its own, which remembers nothing of another one. Close it before the card leaves: Chromium 156 with OpenSC 0.23
   * sometimes dies when a card it has opened is taken away.
   */
  open(size?: { width: number; height: number }): Promise<{ page: Page; close(): Promise<void> }>;
  /** Types the card's code each time the browser asks, while `work` goes on; answers how often it asked. */
  withCode(pin: string, work: () => Promise<void>): Promise<number>;
  close(): Promise<void>;
};

/** What is missing on this machine, in words; undefined when a card can sign in. */
export function missingCardBrowser(): string | undefined {
  const absent = ["chromium", "certutil", "modutil", "Xvfb", "xdotool", "openbox"].filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  return absent.length > 0 ? `needs ${absent.join(", ")}` : undefined;
}

export async function openCardBrowser({ stack, folder, anchors }: { stack: PcscStack; folder: string; anchors: string }): Promise<CardBrowser> {
  const home = join(folder, "browser");
  const store = join(home, ".pki/nssdb");
  mkdirSync(store, { recursive: true });
  const tool = (program: string, ...args: readonly string[]): void => {
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8", input: "\n", timeout: 30_000 });
    if (status !== 0) throw new Error(`${program}: ${stderr}`);
  };
  tool("certutil", "-N", "-d", `sql:${store}`, "--empty-password");
  tool("modutil", "-dbdir", `sql:${store}`, "-force", "-add", "OpenSC", "-libfile", module);
  tool("certutil", "-A", "-d", `sql:${store}`, "-n", "space", "-t", "CT,C,C", "-i", anchors);

  const started: ChildProcess[] = [];
  const start = (program: string, args: readonly string[], environment: NodeJS.ProcessEnv, out: "pipe" | "ignore"): ChildProcess => {
    const [command, words] = stack.inside(program, args);
    const child = spawn("setpriv", ["--pdeathsig", "KILL", command, ...words], { env: { ...process.env, ...environment }, stdio: ["ignore", out, "ignore"] });
    started.push(child);
    return child;
  };
  const screen = start("Xvfb", ["-displayfd", "1", "-screen", "0", "1400x1400x24", "-nolisten", "tcp"], {}, "pipe");
  const display = await new Promise<string>((resolve, reject) => {
    screen.stdout?.once("data", (chunk) => resolve(`:${String(chunk).trim()}`));
    screen.once("exit", () => reject(new Error("Xvfb ended at once")));
  });
  start("openbox", [], { DISPLAY: display }, "ignore");

  const wrapper = join(home, "chromium.sh");
  const policies = "/etc/chromium/policies/managed";
  const policy = JSON.stringify({ AutoSelectCertificateForUrls: ['{"pattern":"https://*","filter":{}}'] });
  const [command, words] = stack.inside("unshare", ["--mount", join(home, "inside.sh")]);
  writeFileSync(join(home, "policy.json"), policy);
  writeFileSync(wrapper, `#!/bin/sh\nexec ${[command, ...words].join(" ")} "$@"\n`);
  writeFileSync(
    join(home, "inside.sh"),
    `#!/bin/sh\nmkdir -p ${policies} && mount -t tmpfs tmpfs ${policies} && cp ${join(home, "policy.json")} ${policies}/ && exec /usr/bin/chromium "$@"\n`,
  );
  for (const name of ["chromium.sh", "inside.sh"]) chmodSync(join(home, name), 0o755);
  const open = new Set<Browser>();

  const xdotool = (...args: readonly string[]): { ok: boolean; out: string } => {
    const { status, stdout } = spawnSync("xdotool", args, { encoding: "utf8", timeout: 10_000, env: { ...process.env, DISPLAY: display } });
    return { ok: status === 0, out: stdout.trim() };
  };
  return {
    async open(size = { width: 1280, height: 900 }) {
      const { chromium } = await import("playwright-core");
      const browser = await chromium.launch({
        executablePath: wrapper,
        headless: false,
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run"],
        env: { ...(process.env as Record<string, string>), ...stack.environment, HOME: home, DISPLAY: display },
      });
      open.add(browser);
      const context = await browser.newContext({ viewport: size, locale: "fr-FR", colorScheme: "light", ignoreHTTPSErrors: true, reducedMotion: "reduce" });
      context.setDefaultTimeout(60_000);
      return {
        page: await context.newPage(),
        async close() {
          open.delete(browser);
          await browser.close();
        },
      };
    },
    async withCode(pin, work) {
      let [ended, asked] = [false, 0];
      const working = work().finally(() => {
        ended = true;
      });
      while (!ended) {
        const found = xdotool("search", "--name", "Unlock Security Device");
        const window = found.out.split("\n").at(-1) ?? "";
        if (found.ok && window !== "") {
          xdotool("windowactivate", "--sync", window);
          xdotool("type", "--delay", "60", pin);
          xdotool("key", "Return");
          asked += 1;
          await eventually(() => ended || !xdotool("search", "--name", "Unlock Security Device").out.includes(window), 30);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await working;
      return asked;
    },
    async close() {
      for (const browser of open) await browser.close();
      for (const child of started.reverse()) {
        const ended = new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once("exit", resolve) : resolve(undefined)));
        child.kill("SIGTERM");
        await ended;
      }
    },
  };
}
