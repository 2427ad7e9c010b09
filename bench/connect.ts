// `npm run bench connect`: Cercle beside bare oidc-provider with a minimal adapter, on the same kind of store (PostgreSQL), by the
// same driver, alternated. Operations a second, resident memory, and what one whole sign-in costs. Seconds per cell: BENCH_SECONDS (4).
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Target = { name: string; pid: number; issuer: string; wallet: string; id: string; secret: string; paths: string; stop(): void };

const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const parallel = 8;
const redirect = "http://localhost:9/cb";

async function open(name: string, paths: string): Promise<Target> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "connect", `${name}.ts`)], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk) => resolve(String(chunk)));
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  return { name, pid: child.pid ?? 0, paths, ...JSON.parse(line), stop: () => child.kill("SIGTERM") };
}

/** One browser: cookies by name, redirects by hand. */
function createBrowser() {
  const jar = new Map<string, string>();
  return async (url: string, form?: Record<string, string>): Promise<{ location: string | null; body: string }> => {
    const reply = await fetch(url, {
      redirect: "manual",
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "), accept: "text/html" },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [name = "", value = ""] = (line.split(";")[0] ?? "").split(/=(.*)/s);
      jar.set(name, value);
    }
    const location = reply.headers.get("location");
    return { location: location ? new URL(location, url).href : null, body: await reply.text() };
  };
}

type Tokens = { access_token: string; refresh_token: string };

async function post<T>(target: Target, path: string, form: Record<string, string>): Promise<T> {
  const headers = { authorization: `Basic ${Buffer.from(`${target.id}:${target.secret}`).toString("base64")}` };
  const reply = await fetch(`${target.issuer}${target.paths}${path}`, { method: "POST", headers, body: new URLSearchParams(form) });
  if (!reply.ok) throw new Error(`${target.name} ${path} ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}

async function signIn(target: Target, browser = createBrowser()): Promise<Tokens> {
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: target.id,
    response_type: "code",
    scope: "openid scope_all",
    redirect_uri: redirect,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  let page = await browser(`${target.wallet}/auth?${query}`);
  while (page.location && !page.location.startsWith(redirect)) {
    const at = page.location;
    page = await browser(at);
    if (!page.location) {
      const stamp = /name="stamp" value="([^"]+)"/.exec(page.body)?.[1] ?? "";
      page = await browser(`${at}/e-cps`, { identifier: "899700427885", stamp });
    }
  }
  const code = new URL(page.location ?? "").searchParams.get("code") ?? "";
  return post(target, "/token", { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri: redirect });
}

async function ciba(target: Target): Promise<void> {
  const asked = await post<{ auth_req_id: string }>(target, "/ext/ciba/auth", { scope: "openid scope_all", login_hint: "899700427885", binding_message: "42" });
  await post(target, "/token", { grant_type: "urn:openid:params:grant-type:ciba", auth_req_id: asked.auth_req_id });
}

type Operation = { name: string; prepare(target: Target): Promise<() => Promise<void>> };

const operations: readonly Operation[] = [
  { name: "sign-in, whole", prepare: async (target) => async () => void (await signIn(target)) },
  {
    name: "code flow on an open session",
    async prepare(target) {
      const browser = createBrowser();
      await signIn(target, browser);
      return async () => void (await signIn(target, browser));
    },
  },
  {
    name: "refresh",
    async prepare(target) {
      let tokens = await signIn(target);
      return async () => {
        tokens = await post<Tokens>(target, "/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token });
      };
    },
  },
  {
    name: "introspection",
    async prepare(target) {
      const { access_token: token } = await signIn(target);
      return async () => void (await post(target, "/token/introspect", { token }));
    },
  },
  {
    name: "userinfo",
    async prepare(target) {
      const { access_token: token } = await signIn(target);
      return async () => {
        const reply = await fetch(`${target.issuer}${target.paths}/userinfo`, { headers: { authorization: `Bearer ${token}` } });
        if (!reply.ok) throw new Error(`userinfo ${reply.status}`);
        await reply.text();
      };
    },
  },
  { name: "CIBA, request and token", prepare: async (target) => () => ciba(target) },
];

async function measure(operation: Operation, target: Target): Promise<number> {
  const works = await Promise.all(Array.from({ length: parallel }, () => operation.prepare(target)));
  const started = performance.now();
  const end = started + seconds * 1000;
  let count = 0;
  await Promise.all(
    works.map(async (work) => {
      while (performance.now() < end) {
        await work();
        count += 1;
      }
    }),
  );
  return (count * 1000) / (performance.now() - started);
}

function memory(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
}

const cercle = await open("cercle", "/protocol/openid-connect");
const bare = await open("bare", "");
try {
  console.log(`operation (${seconds} s per cell, two rounds alternated, ${parallel} in parallel)`.padEnd(64), "cercle/s", "bare/s", "ratio");
  for (const operation of operations) {
    const [a, b, c, d] = [await measure(operation, cercle), await measure(operation, bare), await measure(operation, bare), await measure(operation, cercle)];
    const [ours, theirs] = [(a + d) / 2, (b + c) / 2];
    console.log(operation.name.padEnd(64), ours.toFixed(0).padStart(8), theirs.toFixed(0).padStart(6), (ours / theirs).toFixed(2).padStart(5));
  }
  console.log(`resident memory, MB: cercle ${memory(cercle.pid)}, bare ${memory(bare.pid)}`);
} finally {
  cercle.stop();
  bare.stop();
}
