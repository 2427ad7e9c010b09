// What the national conformity tool drives in an e-health proxy (/connect, /send, /disconnect, /traces), any vendor's, and the code flow
// that it does not know yet. Imports no workspace package.
import { request } from "node:http";
import { request as secureRequest } from "node:https";

export type ProxyTarget = {
  readonly url: string;
  readonly clientId: string;
  readonly person: string;
  /** A backend that this software reaches, and a path of it that answers GET. */
  readonly api: string;
  readonly path: string;
  readonly softwareKey?: string | undefined;
  readonly tracesKey?: string | undefined;
  /** Trust anchors of the proxy's own certificate, PEM. */
  readonly trust?: string | undefined;
  /** The person answers on the telephone: by hand when this only waits. */
  approve(): Promise<void>;
  /** A sign-in by code: return address, and the way through the provider's page. */
  readonly code?: { readonly back: string; walk(authorization: string): Promise<URL> } | undefined;
};
export type ProxyResult = { readonly check: string; readonly requirement: string; readonly passed: boolean; readonly why?: string };

type Reply = { readonly status: number; readonly headers: Readonly<Record<string, string | string[] | undefined>>; readonly text: string };
type Trace = Readonly<Record<string, unknown>>;
type Ask = (method: string, path: string, options?: { cookie?: string; body?: unknown; accept?: string; key?: string }) => Promise<Reply>;
type Run = {
  readonly target: ProxyTarget;
  readonly ask: Ask;
  readonly began: string;
  /** Everything the proxy answered. */
  readonly replies: Reply[];
  session: { id: string; state: string } | undefined;
};
type Check = { readonly name: string; readonly requirement: string; readonly when?: (target: ProxyTarget) => boolean; run(run: Run): Promise<void> };

class Fault extends Error {}
function must(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Fault(why);
}

const cookieName = "proxy_session_id";
const longestSeconds = 200;

/** In this order: later checks use the session of `connect`. */
const checks: readonly Check[] = [
  {
    name: "alive",
    requirement: "PSC-09",
    run: async ({ ask }) => mustBe(await ask("GET", "/check/alive"), 200, "/check/alive"),
  },
  {
    name: "connect-bad-request",
    requirement: "PSC-09",
    async run({ ask, target }) {
      const reply = await ask("POST", "/connect", { body: { nationalId: target.person, clientId: target.clientId, channel: "MOBILE" } });
      mustBe(reply, 400, "without bindingMessage");
      const body = parse(reply.text);
      must(body.code === "400" && typeof body.message === "string", "the error body has code and message");
    },
  },
  {
    name: "connect-unknown-software",
    requirement: "PSC-14",
    run: async ({ ask, target }) =>
      mustBe(
        await ask("POST", "/connect", { body: { nationalId: target.person, bindingMessage: "11", clientId: `no-such-${target.clientId}`, channel: "MOBILE" } }),
        404,
        "an unknown software",
      ),
  },
  {
    name: "no-session",
    requirement: "PSC-14",
    async run({ ask, target }) {
      mustBe(await ask("GET", `/send/${target.api}/${target.path}`), 401, "/send without a session");
      mustBe(await ask("GET", `/send/${target.api}/${target.path}`, { cookie: crypto.randomUUID() }), 401, "/send with a session that never was");
      mustBe(await ask("DELETE", "/disconnect"), 401, "/disconnect without a session");
    },
  },
  { name: "connect", requirement: "PSC-14", run: connect },
  {
    name: "connect-again",
    requirement: "PSC-14",
    async run(run) {
      const reply = await run.ask("POST", "/connect", { cookie: sessionOf(run).id, body: connection(run.target, "58") });
      mustBe(reply, 304, "a session already active");
      must(reply.text === "", "304 has no body");
    },
  },
  {
    name: "send",
    requirement: "PSC-10",
    async run(run) {
      const reply = await run.ask("GET", `/send/${run.target.api}/${run.target.path}`, { cookie: sessionOf(run).id });
      must(reply.status >= 200 && reply.status < 300, `the API's answer came back as ${reply.status}`);
    },
  },
  {
    name: "send-outside",
    requirement: "PSC-10",
    async run(run) {
      for (const path of ["..%2f..%2f", "../../check/alive", "%2e%2e/%2e%2e/"]) {
        const { status } = await run.ask("GET", `/send/${run.target.api}/${path}`, { cookie: sessionOf(run).id });
        must(status >= 400 && status < 500, `a path that leaves the API was answered with ${status}`);
      }
    },
  },
  { name: "no-pages", requirement: "PSC-09", run: lookForPages },
  {
    name: "disconnect",
    requirement: "PSC-14",
    async run(run) {
      const { id } = sessionOf(run);
      mustBe(await run.ask("DELETE", "/disconnect", { cookie: id }), 200, "/disconnect");
      mustBe(await run.ask("GET", `/send/${run.target.api}/${run.target.path}`, { cookie: id }), 401, "/send after /disconnect");
      mustBe(await run.ask("DELETE", "/disconnect", { cookie: id }), 401, "a second /disconnect");
    },
  },
  { name: "traces", requirement: "PSC-14", run: readTraces },
  { name: "code-flow", requirement: "PSC-14", when: ({ code }) => code !== undefined, run: connectByCode },
  {
    name: "tokens-stay",
    requirement: "PSC-14",
    async run({ replies }) {
      const leaked = replies.some((reply) => /eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/.test(`${JSON.stringify(reply.headers)}${reply.text}`));
      must(!leaked, "a token left the proxy");
    },
  },
];

/** Names of all checks, in their order. */
export const proxyChecks: readonly string[] = checks.map((check) => check.name);

/** Drives a proxy; answers every check with what was wrong. `only` leaves others out, and a session that `connect` would make. */
export async function examineProxy(target: ProxyTarget, only: readonly string[] = []): Promise<readonly ProxyResult[]> {
  const run: Run = { target, replies: [], began: new Date(Date.now() - 1000).toISOString(), session: undefined, ask: (...words) => ask(run, ...words) };
  const results: ProxyResult[] = [];
  for (const { name, requirement, when, run: look } of checks) {
    if ((only.length > 0 && !only.includes(name)) || when?.(target) === false) continue;
    try {
      await look(run);
      results.push({ check: name, requirement, passed: true });
    } catch (error) {
      results.push({ check: name, requirement, passed: false, why: error instanceof Fault ? error.message : `no answer: ${(error as Error).message}` });
    }
  }
  return results;
}

/** One request as it is written: `fetch` would tidy a path up first. */
function ask({ target, replies }: Run, method: string, path: string, options: Parameters<Ask>[2] = {}): Promise<Reply> {
  const { hostname, port, protocol } = new URL(target.url);
  const text = options.body === undefined ? undefined : JSON.stringify(options.body);
  const key = options.key ?? target.softwareKey;
  const headers = {
    accept: options.accept ?? "application/json",
    ...(options.cookie ? { cookie: `${cookieName}=${options.cookie}` } : {}),
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...(text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
  };
  return new Promise((resolve, reject) => {
    const facts = { hostname: hostname.replace(/^\[|\]$/g, ""), port, path, method, headers, agent: false as const, timeout: longestSeconds * 1000 };
    const asked = protocol === "https:" ? secureRequest({ ...facts, ...(target.trust ? { ca: target.trust } : {}) }) : request(facts);
    asked.on("response", (reply) => {
      let body = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk) => {
        body += chunk;
      });
      reply.on("end", () => {
        const read = { status: reply.statusCode ?? 0, headers: reply.headers, text: body };
        replies.push(read);
        resolve(read);
      });
      reply.on("error", reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("timeout")));
    asked.on("error", reject);
    asked.end(text);
  });
}

function mustBe(reply: Reply, status: number, what: string): void {
  must(reply.status === status, `${what}: ${reply.status}, not ${status}`);
}

function sessionOf({ session }: Run): { id: string; state: string } {
  must(session !== undefined, "there is no session to go on with");
  return session;
}

const connection = (target: ProxyTarget, number: string) => ({
  nationalId: target.person,
  bindingMessage: number,
  clientId: target.clientId,
  channel: "MOBILE",
});

async function connect(run: Run): Promise<void> {
  const [reply] = await Promise.all([run.ask("POST", "/connect", { body: connection(run.target, "57") }), run.target.approve()]);
  run.session = readSession(reply);
}

/** `{proxy_session_id, session_state}` and the same session in a cookie that no script reads. */
function readSession(reply: Reply): { id: string; state: string } {
  mustBe(reply, 200, "/connect");
  const { proxy_session_id: id, session_state: state } = parse(reply.text);
  must(typeof id === "string" && id !== "", "the body has proxy_session_id");
  must(typeof state === "string" && state !== "", "the body has session_state");
  const cookie = [reply.headers["set-cookie"] ?? []].flat().find((line) => line.startsWith(`${cookieName}=`));
  must(cookie?.split(";")[0] === `${cookieName}=${id}`, "the cookie carries the session");
  must(/;\s*HttpOnly/i.test(cookie ?? ""), "the cookie is HttpOnly");
  return { id, state };
}

async function lookForPages({ ask, target, session }: Run): Promise<void> {
  const paths = ["/", "/connect", "/disconnect", `/send/${target.api}/${target.path}`, "/send/none", "/traces", "/check/alive", "/login", "/index.html"];
  for (const path of paths) {
    for (const method of ["GET", "POST"]) {
      const reply = await ask(method, path, { accept: "text/html", ...(session ? { cookie: session.id } : {}) });
      must(!/html/i.test(String(reply.headers["content-type"] ?? "")), `${method} ${path} answers a page`);
      must(!/<(!doctype|html|body)/i.test(reply.text), `${method} ${path} answers a page`);
    }
  }
}

async function readTraces(run: Run): Promise<void> {
  const { target, began } = run;
  const { id, state } = sessionOf(run);
  mustBe(await run.ask("GET", "/traces", target.tracesKey ? { key: target.tracesKey } : {}), 400, "/traces without start");
  const reply = await run.ask("GET", `/traces?start=${began}`, target.tracesKey ? { key: target.tracesKey } : {});
  mustBe(reply, 200, "/traces");
  const all = JSON.parse(reply.text) as unknown;
  must(Array.isArray(all), "/traces answers a list");
  const own = (all as Trace[]).filter((trace) => trace.proxy_id_session === id);
  for (const type of ["CONNECT_SUCCESS", "CONNECT_REPLAY", "SEND", "DISCONNECT"])
    must(
      own.some((trace) => trace.type === type),
      `${type} left no trace`,
    );
  for (const trace of all as Trace[]) checkTrace(trace);
  must(
    own.every((trace) => trace.session_state === state && trace.clientId === target.clientId && trace.IdRPPS === target.person),
    "traces of the session name its software, its person and its session_state",
  );
  const sent = own.find((trace) => trace.type === "SEND")?.apiRequest as Trace | undefined;
  must(sent?.nomApiPsc === target.api && sent.methode === "GET" && String(sent.path).endsWith(target.path), "SEND names the API, the method and the path");
}

/** Mandatory members of a record, by its type (psc.md §3.3). */
function checkTrace(trace: Trace): void {
  const type = String(trace.type);
  const text = (member: string): void => must(typeof trace[member] === "string" && trace[member] !== "", `${type} lacks ${member}`);
  must(["CONNECT_SUCCESS", "CONNECT_REPLAY", "CONNECT_FAILURE", "SEND", "DISCONNECT"].includes(type), `${type} is no type of trace`);
  must(typeof trace.IdRPPS === "string", `${type} lacks IdRPPS`);
  text("ipAddress");
  text("timestamp");
  must(Array.isArray(trace.ports), `${type} lacks ports`);
  must(Number.isFinite(Date.parse(String(trace.timestamp))), `${type} has no date in timestamp`);
  if (type !== "CONNECT_FAILURE") for (const member of ["clientId", "proxy_id_session", "session_state"]) text(member);
  must((trace.apiRequest !== undefined) === (type === "SEND"), `${type}: apiRequest is on SEND, always, and nowhere else`);
}

async function connectByCode(run: Run): Promise<void> {
  const { target } = run;
  must(target.code !== undefined, "no code flow to try");
  const { back, walk } = target.code;
  const begun = await run.ask("POST", "/connect/code", { body: { clientId: target.clientId, redirectUri: back } });
  mustBe(begun, 200, "/connect/code");
  const { authorization_url: authorization } = parse(begun.text);
  must(typeof authorization === "string", "/connect/code answers authorization_url");
  const url = (await walk(authorization)).href;
  const session = readSession(await run.ask("POST", "/connect/code/callback", { body: { clientId: target.clientId, url } }));
  const replayed = await run.ask("POST", "/connect/code/callback", { body: { clientId: target.clientId, url } });
  must(replayed.status >= 400 && replayed.status < 500, "a callback serves once");
  const sent = await run.ask("GET", `/send/${target.api}/${target.path}`, { cookie: session.id });
  must(sent.status >= 200 && sent.status < 300, `the API's answer came back as ${sent.status}`);
  mustBe(await run.ask("DELETE", "/disconnect", { cookie: session.id }), 200, "/disconnect");
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
