// The proxy's listener. Paths, bodies and statuses are the national reference proxy's (psc.md §3.3); `/connect/code` is ours.
// Nothing here is ever a page (CGU PSC, definitions: *Proxy e-Santé*).

import { type Temporal, toInstant } from "@cercle/kernel";
import { createLimiter, type Logger } from "@cercle/web";
import { z } from "zod";
import type { Identify } from "../ports.ts";
import type { Provider } from "../provider.ts";
import { type Asked, answer, bearerOf, readText } from "../raw-http.ts";
import type { Registry, Software } from "../registry.ts";
import { answerFailure, relay } from "../relay.ts";
import type { Standings } from "../standing.ts";
import { joinInside } from "../upstream-path.ts";
import { buildErrorBody, ProxyError } from "./answers.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";
import type { SessionTokens } from "./tokens.ts";
import type { NewTrace, Traces } from "./traces.ts";

export type ProxyParts = {
  readonly registry: Registry;
  readonly standings: Standings;
  readonly provider: Provider;
  readonly sessions: Sessions;
  readonly tokens: SessionTokens;
  readonly signIn: SignIn;
  readonly traces: Traces;
  readonly log: Logger;
  readonly live: boolean;
  readonly keyRequired: boolean;
  readonly forwarded: boolean;
  readonly longestSeconds: number;
  readonly bodyLimit: number;
  readonly timeoutMillis: number;
  /** Where the guarded APIs are: `https://localhost:8089`. */
  readonly apiOrigin: string;
  identify: Identify;
};

const cookieName = "proxy_session_id";
const jsonLimit = 16_000;
const perMinute = 6000;
const sendMethods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** Who reads the traces of a live proxy. */
const traceReaders = ["officer", "auditor"];

const connection = z.object({
  nationalId: z.string().regex(/^[\w/.-]{1,64}$/),
  bindingMessage: z.string().regex(/^\d\d$/),
  clientId: z.string().min(1).max(128),
  channel: z.enum(["CARD", "MOBILE"]),
});
const codeBegin = z.object({ clientId: z.string().min(1).max(128), redirectUri: z.url().max(2000) });
const codeEnd = z.object({ clientId: z.string().min(1).max(128), url: z.url().max(4000) });

type Place = (parts: ProxyParts, asked: Asked) => Promise<void>;
/** Every path of the listener. */
const places: readonly { readonly path: RegExp; readonly methods: readonly string[]; readonly handle: Place }[] = [
  { path: /^\/connect$/, methods: ["POST"], handle: connect },
  { path: /^\/connect\/code$/, methods: ["POST"], handle: connectCode },
  { path: /^\/connect\/code\/callback$/, methods: ["POST"], handle: connectCallback },
  { path: /^\/disconnect$/, methods: ["DELETE"], handle: disconnect },
  { path: /^\/send\/[\w-]{1,40}(\/|$)/, methods: sendMethods, handle: send },
  { path: /^\/traces$/, methods: ["GET"], handle: traces },
  { path: /^\/check\/alive$/, methods: ["GET"], handle: async (_parts, asked) => answer(asked, 200, "OK") },
];

/** Answers every request of the listener. */
export function createProxySurface(parts: ProxyParts): (asked: Asked) => Promise<void> {
  const limiter = createLimiter();
  return async (asked) => {
    try {
      const wait = limiter.take(asked.request.socket.remoteAddress ?? "", perMinute);
      if (wait > 0) return answer(asked, 429, buildErrorBody(new ProxyError(429, "Too many requests.")), { "retry-after": String(wait) });
      const found = places.filter(({ path }) => path.test(asked.path));
      const place = found.find(({ methods }) => methods.includes(asked.method));
      if (!place) throw new ProxyError(found.length > 0 ? 405 : 404, found.length > 0 ? "Method not allowed." : "Nothing is at this address.");
      await place.handle(parts, asked);
    } catch (error) {
      if (error instanceof ProxyError) return answer(asked, error.status, buildErrorBody(error));
      parts.log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, "trust-extension proxy");
      answer(asked, 500, buildErrorBody(new ProxyError(500, "Internal error.")));
    }
  };
}

async function readBody<T>(asked: Asked, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/i.test(asked.request.headers["content-type"] ?? "")) throw new ProxyError(400, "A JSON body is needed.");
  const text = await readText(asked, jsonLimit);
  if (text === "too-large") throw new ProxyError(413, "The body is too large.");
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const fields = error instanceof z.ZodError ? error.issues.map((issue) => issue.path.join(".")).join(", ") : "";
    throw new ProxyError(400, fields === "" ? "The body is not JSON." : `Bad request: ${fields}`);
  }
}

/** The software, once it has shown its key. */
async function findSoftware(parts: ProxyParts, asked: Asked, clientId: string, nationalId?: string): Promise<Software> {
  const facts = { clientId, ...(nationalId ? { nationalId } : {}) };
  const software = await parts.registry.findSoftware(clientId);
  if (!software) throw new ProxyError(404, "User National ID or Software Client ID Not Found.", facts);
  await checkKey(parts, asked, clientId);
  return software;
}

async function checkKey({ registry, live, keyRequired }: ProxyParts, asked: Asked, clientId: string): Promise<void> {
  const key = bearerOf(asked);
  if (key === undefined && !live && !keyRequired) return;
  if (key === undefined || !(await registry.knowsKey(clientId, key))) throw new ProxyError(401, "The software's key is missing or wrong.", { clientId });
}

function whence({ forwarded }: ProxyParts, { request }: Asked): Pick<NewTrace, "address" | "ports"> {
  const first = [request.headers["x-forwarded-for"] ?? ""].flat().join(",").split(",")[0]?.trim() ?? "";
  // psc.md §3.3: with X-Forwarded-For, its first value and no ports.
  if (forwarded && /^[\da-fA-F:.]{2,45}$/.test(first)) return { address: first, ports: [] };
  return { address: request.socket.remoteAddress ?? "", ports: request.socket.remotePort ? [request.socket.remotePort] : [] };
}

const traceOf = (software: Software, session: Session): Pick<NewTrace, "clientId" | "person" | "session" | "dn"> => ({
  clientId: session.clientId,
  person: session.person,
  session,
  ...(software.dn ? { dn: software.dn } : {}),
});

async function welcome(parts: ProxyParts, asked: Asked, software: Software, session: Session): Promise<void> {
  await parts.traces.write({ type: "CONNECT_SUCCESS", ...whence(parts, asked), ...traceOf(software, session) });
  answer(
    asked,
    200,
    { proxy_session_id: session.publicId, session_state: session.sessionState },
    { "set-cookie": buildCookie(session.publicId, parts.longestSeconds, asked.secure) },
  );
}

function buildCookie(value: string, maxAge: number, secure: boolean): string {
  return `${cookieName}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
}

async function connect(parts: ProxyParts, asked: Asked): Promise<void> {
  const request = await readBody(asked, connection);
  const software = await findSoftware(parts, asked, request.clientId, request.nationalId);
  const known = await parts.sessions.find(asked.cookies.get(cookieName));
  if (known?.active && known.clientId === request.clientId && known.person === request.nationalId) {
    await parts.traces.write({ type: "CONNECT_REPLAY", ...whence(parts, asked), ...traceOf(software, known) });
    return answer(asked, 304);
  }
  const session = await attempt(parts, asked, software, request.nationalId, async () => {
    await parts.signIn.admit(software, request.nationalId);
    return parts.signIn.byCiba(software, request, asked.gone);
  });
  await welcome(parts, asked, software, session);
}

/** A sign-in that fails leaves its trace. */
async function attempt(parts: ProxyParts, asked: Asked, software: Software, person: string, work: () => Promise<Session>): Promise<Session> {
  const from = whence(parts, asked);
  try {
    return await work();
  } catch (error) {
    await parts.traces.write({ type: "CONNECT_FAILURE", ...from, person, clientId: software.clientId, ...(software.dn ? { dn: software.dn } : {}) });
    throw error;
  }
}

async function connectCode(parts: ProxyParts, asked: Asked): Promise<void> {
  const request = await readBody(asked, codeBegin);
  const software = await findSoftware(parts, asked, request.clientId);
  await parts.signIn.admit(software);
  answer(asked, 200, await parts.signIn.beginCode(software, request.redirectUri));
}

async function connectCallback(parts: ProxyParts, asked: Asked): Promise<void> {
  const request = await readBody(asked, codeEnd);
  const software = await findSoftware(parts, asked, request.clientId);
  const session = await attempt(parts, asked, software, "", async () => {
    await parts.signIn.admit(software);
    return parts.signIn.byCode(software, new URL(request.url));
  });
  await welcome(parts, asked, software, session);
}

/** The session of the cookie and its software; `message` when there is none. */
async function findSession(parts: ProxyParts, asked: Asked, message: string): Promise<{ session: Session; software: Software }> {
  const session = await parts.sessions.find(asked.cookies.get(cookieName));
  const software = session && (await parts.registry.findSoftware(session.clientId));
  if (!session || !software) throw new ProxyError(401, message);
  await checkKey(parts, asked, session.clientId);
  // Why a session is over is said where it is a right that ended it.
  if (session.endReason === "right-closed") await parts.signIn.admit(software, session.person);
  if (!session.active) throw new ProxyError(401, message);
  return { session, software };
}

async function disconnect(parts: ProxyParts, asked: Asked): Promise<void> {
  const { session, software } = await findSession(parts, asked, "Session ID not found.");
  await parts.tokens.end(session.id, "disconnected");
  await parts.traces.write({ type: "DISCONNECT", ...whence(parts, asked), ...traceOf(software, session) });
  answer(asked, 200, undefined, { "set-cookie": buildCookie("", 0, asked.secure) });
}

async function send(parts: ProxyParts, asked: Asked): Promise<void> {
  const { session, software } = await findSession(parts, asked, "No session found.");
  const [, name = "", rest = ""] = /^\/send\/([\w-]+)\/?(.*)$/s.exec(asked.path) ?? [];
  const facts = { nationalId: session.person, clientId: session.clientId };
  await parts.signIn.admit(software, session.person);
  const api = software.apis.includes(name) ? await parts.registry.findApi(name) : undefined;
  if (!api) throw new ProxyError(404, "This software reaches no such API.", facts);
  const to = joinInside(new URL(`${parts.apiOrigin}/apis/${api.name}/`), rest, asked.query);
  if (!to) throw new ProxyError(400, "This path leaves the API.", facts);
  await parts.sessions.touch(session.id);
  await parts.traces.write({
    type: "SEND",
    ...whence(parts, asked),
    ...traceOf(software, session),
    apiRequest: { api: api.name, method: asked.method, path: `/${rest}`.slice(0, 2000) },
  });
  const token = await parts.tokens.forApi(session, software, api);
  const outcome = await relay(asked, {
    to,
    dispatcher: parts.provider.dispatcher(await parts.registry.softwareCredentials(software.clientId)),
    headers: { authorization: `Bearer ${token}` },
    withhold: ["cookie", "authorization"],
    bodyLimit: parts.bodyLimit,
    timeoutMillis: parts.timeoutMillis,
    cut: parts.standings.cutOf(session.clientId),
  });
  // An API that no longer takes the token: the next request makes another, or learns that the sign-in is over.
  if (outcome === 401) await parts.sessions.dropApiToken(session.id, api.name);
  if (typeof outcome !== "number") answerFailure(asked, outcome, ({ status, message }) => buildErrorBody(new ProxyError(status, message, facts)));
}

async function traces(parts: ProxyParts, asked: Asked): Promise<void> {
  if (parts.live) {
    const actor = await parts.identify({ headers: asked.request.headers, cookies: {} });
    const reads = actor.kind === "account" && actor.roles.some((role) => traceReaders.includes(role));
    if (!reads) throw new ProxyError(401, "An API key of an officer or an auditor is needed.");
  }
  const query = new URLSearchParams(asked.query);
  const [start, end] = [readInstant(query.get("start")), readInstant(query.get("end"))];
  if (!start || (query.has("end") && !end)) throw new ProxyError(400, "start (and end) must be ISO 8601 date-times.");
  answer(asked, 200, await parts.traces.list(start, end));
}

function readInstant(text: string | null): Temporal.Instant | undefined {
  // In a query, the plus of an offset arrives as a space.
  const parsed = text === null ? undefined : z.iso.datetime({ offset: true }).safeParse(text.replace(" ", "+"));
  return parsed?.success ? toInstant(parsed.data) : undefined;
}
