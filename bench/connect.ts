// `npm run bench connect`: Cercle, bare oidc-provider with a minimal adapter, and glewlwyd of Debian (where it is installed), on the
// same kind of store (PostgreSQL), by the same driver, alternated. Operations a second and resident memory. Seconds per cell:
// BENCH_SECONDS (4). `npm run bench connect -- --sign-ins 100000` measures memory and rows after that many sign-ins instead.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFlags } from "../scripts/launch.js";

type Target = {
  name: string;
  pid: number;
  /** The process that started server and database: `pid` itself, or above it. */
  root: number;
  issuer: string;
  wallet: string;
  id: string;
  secret: string;
  paths: string;
  scope: string;
  introspection: string;
  /** glewlwyd signs in by JSON on its API, then follows its callback. */
  login: "page" | "api";
  failures: number;
  ask(): Promise<unknown>;
  stop(): void;
};

const seconds = Number(process.env.BENCH_SECONDS ?? 4);
const parallel = 8;
const redirect = "http://localhost:9/cb";

const kinds = {
  cercle: { paths: "/protocol/openid-connect", scope: "openid scope_all", introspection: "/token/introspect", login: "page" },
  bare: { paths: "", scope: "openid scope_all", introspection: "/token/introspect", login: "page" },
  glewlwyd: { paths: "", scope: "openid", introspection: "/introspect", login: "api" },
} as const;

/** Undefined when it is not installed here. */
async function open(name: keyof typeof kinds): Promise<Target | undefined> {
  const child = spawn(process.execPath, ["--expose-gc", ...memoryFlags, join(import.meta.dirname, "connect", `${name}.ts`)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (chunk) => resolve(String(chunk)));
    child.once("exit", (code) => reject(new Error(`${name} ended with ${code}`)));
  });
  const said = JSON.parse(line) as { issuer?: string; server?: number };
  if (!said.issuer) return undefined;
  const ask = (): Promise<unknown> => {
    const answer = new Promise((resolve) => child.once("message", resolve));
    child.send("report");
    return answer;
  };
  return {
    name,
    ...kinds[name],
    ...said,
    pid: said.server ?? child.pid ?? 0,
    root: child.pid ?? 0,
    failures: 0,
    ask,
    stop: () => void child.kill("SIGTERM"),
  } as unknown as Target;
}

/** One browser: cookies by name, redirects by hand. */
function createBrowser() {
  const jar = new Map<string, string>();
  return async (url: string, form?: Record<string, string>, as: "form" | "json" = "form"): Promise<{ location: string | null; body: string }> => {
    const reply = await fetch(url, {
      redirect: "manual",
      headers: {
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        accept: "text/html",
        ...(as === "json" ? { "content-type": "application/json" } : {}),
      },
      ...(form ? { method: "POST", body: as === "json" ? JSON.stringify(form) : new URLSearchParams(form) } : {}),
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
    scope: target.scope,
    redirect_uri: redirect,
    state: "s",
    nonce: "n",
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  // `g_continue` is what glewlwyd's login page adds when the person presses on: its session alone shows that page again.
  let page = await browser(`${target.wallet}/auth?${query}${target.login === "api" ? "&g_continue" : ""}`);
  if (target.login === "api" && page.location && !page.location.startsWith(redirect)) {
    const back = new URL(page.location).searchParams.get("callback_url") ?? "";
    await browser(`${new URL(target.issuer).origin}/api/auth/`, { username: "899700427885", password: "a-password-4071" }, "json");
    page = await browser(`${back.replace(/&g_continue(?==|&|$)=?/, "")}&g_continue`);
  }
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
        // glewlwyd is not told to give a new refresh token each time, which would cost it more.
        tokens = { ...tokens, ...(await post<Tokens>(target, "/token", { grant_type: "refresh_token", refresh_token: tokens.refresh_token })) };
      };
    },
  },
  {
    name: "introspection",
    async prepare(target) {
      const { access_token: token } = await signIn(target);
      return async () => void (await post(target, target.introspection, { token }));
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

/** What a round answers: operations a second, and milliseconds of processor time that one cost the server and its database. */
type Round = { readonly perSecond: number; readonly server: number; readonly database: number };

async function measure(operation: Operation, target: Target): Promise<Round> {
  // glewlwyd on PostgreSQL answers some requests of several at once with 500: these are not counted, and said.
  const sure = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (target.login === "page" || target.failures > 100_000) throw error;
        target.failures += 1;
      }
    }
  };
  const prepare = (): Promise<() => Promise<void>> => sure(() => operation.prepare(target));
  const works = await Promise.all(Array.from({ length: parallel }, prepare));
  const started = performance.now();
  const before = processorTime(target);
  const end = started + seconds * 1000;
  let count = 0;
  await Promise.all(
    works.map(async (first) => {
      let work = first;
      while (performance.now() < end) {
        const failed = target.failures;
        await work().then(
          () => {
            count += 1;
          },
          async (error: unknown) => {
            if (target.login === "page") throw error;
            target.failures += 1;
          },
        );
        // A refresh token lost to such an answer stays lost.
        if (target.failures > failed && performance.now() < end) work = await prepare();
      }
    }),
  );
  const after = processorTime(target);
  return {
    perSecond: (count * 1000) / (performance.now() - started),
    server: (after.own - before.own) / count,
    database: (after.below - before.below) / count,
  };
}

/** Milliseconds of processor that a process used, and the processes below it (its PostgreSQL): what a busy machine does not blur. */
function processorTime({ pid, root }: Target): { own: number; below: number } {
  const processes = readdirSync("/proc").flatMap((name) => {
    try {
      const fields = /^\d+$/.test(name) ? (readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []) : [];
      // proc_pid_stat(5), counted from the state: parent, user and system time in hundredths of a second.
      return fields.length > 12 ? [{ pid: Number(name), parent: Number(fields[1]), used: (Number(fields[11]) + Number(fields[12])) * 10 }] : [];
    } catch {
      return [];
    }
  });
  const below = (parent: number): number => processes.filter((one) => one.parent === parent).reduce((sum, one) => sum + one.used + below(one.pid), 0);
  const own = processes.find((one) => one.pid === pid)?.used ?? 0;
  return { own, below: below(root) - (pid === root ? 0 : own) };
}

function memory(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024);
}

const [, , flag, wanted = ""] = process.argv;
const cercle = (await open("cercle")) as Target;
if (flag === "--sign-ins") {
  try {
    await signInMany(cercle, Number(wanted));
  } finally {
    cercle.stop();
  }
} else await compare(operations.filter(({ name }) => flag !== "--only" || name.startsWith(wanted)));

/** Memory and rows of the process after many sign-ins, each with a browser of its own. */
async function signInMany(target: Target, count: number): Promise<void> {
  let left = count;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) {
        await signIn(target);
        if (left > 0 && left % 10_000 === 0) console.log(`${count - left} sign-ins, ${memory(target.pid)} MB`);
      }
    }),
  );
  const resident = memory(target.pid);
  type Used = { heapTotal: number; heapUsed: number; external: number };
  const { before, memory: used, rows } = (await target.ask()) as { before: Used; memory: Used; rows: Record<string, number> };
  const megabytes = (bytes: number): number => Math.round(bytes / 1_048_576);
  console.log(`${count} sign-ins in ${Math.round((performance.now() - started) / 1000)} s`);
  console.log(
    `resident ${resident} MB, of it heap ${megabytes(before.heapTotal)} MB, outside the heap ${megabytes(before.external)} MB;`,
    `in use after collection ${megabytes(used.heapUsed)} MB`,
  );
  console.log("rows", JSON.stringify(rows));
}

async function compare(chosen: readonly Operation[]): Promise<void> {
  const bare = (await open("bare")) as Target;
  const third = await open("glewlwyd");
  const column = (value: number | undefined, digits = 0): string => (value === undefined ? "–" : value.toFixed(digits)).padStart(9);
  try {
    console.log(
      `operation (${seconds} s a cell, two rounds alternated, ${parallel} in parallel)`.padEnd(60),
      "cercle/s   bare/s  of bare glewlwyd/s  times   processor ms (server+database): cercle, bare, glewlwyd",
    );
    for (const operation of chosen) {
      const has = third && operation.name !== "CIBA, request and token" ? third : undefined;
      const rounds: Record<string, Round[]> = {};
      for (const target of [cercle, bare, has, has, bare, cercle])
        if (target) rounds[target.name] = [...(rounds[target.name] ?? []), await measure(operation, target)];
      const mean = (name: string, of: keyof Round): number | undefined =>
        rounds[name] && rounds[name].reduce((sum, round) => sum + round[of], 0) / rounds[name].length;
      const { cercle: ours = 0, bare: theirs = 0, glewlwyd } = Object.fromEntries(Object.keys(rounds).map((name) => [name, mean(name, "perSecond")]));
      console.log(
        operation.name.padEnd(58),
        column(ours),
        column(theirs),
        column(ours / theirs, 2),
        column(glewlwyd),
        column(glewlwyd && ours / glewlwyd, 1),
        "  ",
        ...Object.keys(rounds).map((name) => `${mean(name, "server")?.toFixed(2)}+${mean(name, "database")?.toFixed(2)}`.padEnd(12)),
      );
    }
    console.log(`resident memory, MB: cercle ${memory(cercle.pid)}, bare ${memory(bare.pid)}${third ? `, glewlwyd ${memory(third.pid)}` : ""}`);
    if (third && third.failures > 0) console.log(`glewlwyd answered ${third.failures} requests with an error: not counted`);
    if (!third) console.log("glewlwyd is not installed here: apt-get install glewlwyd");
  } finally {
    cercle.stop();
    bare.stop();
    third?.stop();
  }
}
