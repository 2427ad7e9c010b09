// `cercle login`: the page's own flow, walked by the terminal. With `--pin` the person's device without a screen approves, over
// the sandbox's documented door; without, a telephone or `cercle e-cps approve` does.
import { createHash, randomBytes } from "node:crypto";
import type { CommandContext } from "@cercle/kernel";
import { connectErrors } from "../errors.ts";

type Ask = CommandContext["ask"];
type Started = { issuer: string; wallet: string; authorization: string; redirect_uri: string; client_secret?: string };

const waitMillis = 130_000;

/** Walks code flow with PKCE; answers `{tokens, id_token_claims, access_token_claims, userinfo}`. Throws `connect.login-failed`. */
export async function runSignIn({ client, person, pin, ask }: { client: string; person: string; pin?: string | undefined; ask: Ask }): Promise<unknown> {
  const verifier = randomBytes(32).toString("base64url");
  const state = randomBytes(12).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const started = (await ask({ method: "POST", path: "/api/terminal-sign-ins", body: { client, state, code_challenge: challenge } })) as Started;
  const walk = createWalk();
  const form = await walk.follow(started.authorization, started.redirect_uri);
  const stamp = /name="stamp" value="([^"]+)"/.exec(form.body)?.[1] ?? "";
  if (!form.url.includes("/login/")) throw failed(form.body);
  // A page is not filled faster than a hand.
  await new Promise((resolve) => setTimeout(resolve, 800));
  let seen = await walk.follow(new URL(`${new URL(form.url).pathname}/e-cps`, form.url).href, started.redirect_uri, { identifier: person, stamp });
  const end = Date.now() + waitMillis;
  while (!seen.back && seen.url.endsWith("/wait") && seen.body.includes("data-wait")) {
    if (Date.now() > end) throw failed("nobody answered");
    if (pin !== undefined) await approve(ask, person, pin);
    await new Promise((resolve) => setTimeout(resolve, 500));
    seen = await walk.follow(seen.url, started.redirect_uri);
  }
  const code = seen.back?.searchParams.get("code");
  if (!code || seen.back?.searchParams.get("state") !== state) throw failed(seen.back?.searchParams.get("error_description") ?? seen.body);
  return ask({ method: "POST", path: "/api/terminal-sign-ins/tokens", body: { client, code, code_verifier: verifier, redirect_uri: started.redirect_uri } });
}

/** Answers the request that waits; an older one of a sign-in that was given up is answered on the way. */
async function approve(ask: Ask, person: string, pin: string): Promise<void> {
  await ask({ method: "POST", path: "/api/sandbox/e-cps/approve", body: { id: person, pin, wait: 1 } }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== "e-cps.nothing-waiting") throw error;
  });
}

function failed(page: string): Error {
  const alert =
    /role="alert"[^>]*>([^<]+)</.exec(page)?.[1] ??
    page
      .replace(/<[^>]*>/g, " ")
      .replace(/\s+/g, " ")
      .trim();
  return connectErrors.refuse("connect.login-failed", { params: { problem: alert.slice(0, 300) } });
}

type Seen = { url: string; body: string; back?: URL };

/** A browser of a few lines: cookies by path, redirects until the return address. */
function createWalk(): { follow(url: string, until: string, form?: Record<string, string>): Promise<Seen> } {
  const jar = new Map<string, { value: string; path: string }>();
  return {
    async follow(url, until, form) {
      let next = url;
      let body: URLSearchParams | undefined = form && new URLSearchParams(form);
      for (let hop = 0; hop < 10; hop++) {
        const path = new URL(next).pathname;
        const cookie = [...jar].flatMap(([name, { value, path: at }]) => (path.startsWith(at) ? [`${name}=${value}`] : [])).join("; ");
        const reply = await fetch(next, { redirect: "manual", headers: { cookie, accept: "text/html" }, ...(body ? { method: "POST", body } : {}) });
        for (const line of reply.headers.getSetCookie()) keep(jar, line);
        const location = reply.headers.get("location");
        if (!location) return { url: next, body: await reply.text() };
        const to = new URL(location, next);
        if (to.href.startsWith(until)) return { url: to.href, body: "", back: to };
        next = to.href;
        body = undefined;
      }
      throw failed("too many redirections");
    },
  };
}

function keep(jar: Map<string, { value: string; path: string }>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  const path = attributes.find((attribute) => attribute.toLowerCase().startsWith("path="))?.slice(5) ?? "/";
  const name = pair.slice(0, at);
  if (pair.slice(at + 1) === "") jar.delete(name);
  else jar.set(name, { value: pair.slice(at + 1), path });
}
