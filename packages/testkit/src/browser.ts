// A real Chromium for journeys: Debian's, without a window, driven by playwright-core; and axe for accessibility.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";

const require = createRequire(import.meta.url);

function findChromium(): string | undefined {
  return [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => path && existsSync(path));
}

/** Whether journeys can run here at all; `.ci/run` makes sure that they can. */
export function hasBrowser(): boolean {
  return findChromium() !== undefined;
}

export type TestBrowser = {
  /** A context of its own (cookies, storage). French and light unless told; certificates of the sandbox are accepted. */
  open(options?: BrowserContextOptions): Promise<{ context: BrowserContext; page: Page }>;
  close(): Promise<void>;
};

/** Starts Chromium; every host name beside those of the machine leads to 127.0.0.1, so that tests may use any. */
export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("Chromium is not installed: apt-get install chromium");
  // Loaded by who uses it: it costs every other test half a second, and 60 MB.
  const { chromium } = await import("playwright-core");
  const browser: Browser = await chromium.launch({
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--host-resolver-rules=MAP * 127.0.0.1"],
  });
  return {
    async open(options = {}) {
      const context = await browser.newContext({ locale: "fr-FR", colorScheme: "light", reducedMotion: "reduce", ignoreHTTPSErrors: true, ...options });
      context.setDefaultTimeout(15_000);
      return { context, page: await context.newPage() };
    },
    close: () => browser.close(),
  };
}

export type AccessibilityFault = { readonly rule: string; readonly impact: string; readonly where: readonly string[]; readonly help: string };

/** What axe finds wrong with the page as it stands (WCAG 2.2 A and AA and its good practice); an empty list is what a test asserts. */
export async function checkAccessibility(page: Page): Promise<readonly AccessibilityFault[]> {
  // Evaluated by the debugger, so the page's own Content-Security-Policy stays as it is.
  await page.evaluate(readFileSync(require.resolve("axe-core/axe.min.js"), "utf8"));
  const violations = (await page.evaluate(
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then((found) => found.violations)",
  )) as { id: string; impact: string; help: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
  return violations.map(({ id, impact, help, nodes }) => ({
    rule: id,
    impact,
    help,
    where: nodes.map((node) => `${node.target.join(" ")}: ${(node.failureSummary ?? "").replace(/\s+/g, " ")}`),
  }));
}

/** Whether the page needs sideways scrolling at its present width (WCAG 1.4.10). */
export async function overflowsSideways(page: Page): Promise<boolean> {
  return (await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")) as boolean;
}

/** A passkey device that answers by itself, user verification included (CDP WebAuthn). */
export async function addPasskeyDevice(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send("WebAuthn.enable");
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}
