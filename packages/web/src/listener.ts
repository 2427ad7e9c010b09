// One HTTP listener: Fastify underneath, our routes on top, the same headers, limits, refusals and request ids everywhere.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps, type ServerOptions } from "node:https";
import type { TLSSocket } from "node:tls";
import { chooseLanguage, type Refusal, say } from "@cercle/kernel";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { admit, parse } from "./admit.ts";
import { webErrors } from "./errors.ts";
import { createLimiter } from "./limit.ts";
import { buildProblem, toRefusal } from "./problem.ts";
import { type Actor, Reply, type Route, type RouteRequest } from "./route.ts";
import { createUploadReader } from "./upload.ts";

export type ListenerOptions = {
  /** Name in logs and in the message of a taken port; also in cookie names. */
  readonly name: string;
  readonly routes: readonly Route[];
  readonly log: Logger;
  /** Who asks: reads cookies and headers. */
  identify(request: { headers: RouteRequest<0, 0, 0>["headers"]; cookies: RouteRequest<0, 0, 0>["cookies"] }): Promise<Actor>;
  /** Turns a refusal into a page for a browser; JSON otherwise. `back` is the page of this origin that it was asked from. */
  refusalPage?(refusal: Refusal, facts: { language: "fr" | "en"; requestId: string; actor: Actor; back: string | undefined }): string;
  readonly tls?: ServerOptions;
  /** Handles a request before any route (the OpenID provider, which reads its own bodies). */
  first?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Told of every answer, whoever gave it. */
  answered?(answer: { readonly listener: string; readonly status: number; readonly seconds: number }): void;
  /** Where forms may post and pages may lead beside this origin (CSP form-action). */
  readonly formAction?: readonly string[];
  /** Only programs of this machine ask: no limits, nothing of another site. The control socket only. */
  readonly trusted?: boolean;
  readonly perMinute?: number;
  readonly bodyLimit?: number;
};

export type Listener = {
  readonly server: Server;
  readonly app: FastifyInstance;
  /** Listens; answers the port. Throws `web.port-taken`. */
  listen(place: { host: string; port: number; setting: string } | { path: string }): Promise<number>;
  close(): Promise<void>;
};

const defaultBodyLimit = 1 << 20;
const defaultPerMinute = 1200;
const graceMillis = 2000;
const languageSeconds = 31_536_000;

/** Builds a listener; nothing is open until `listen`. */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const bodyLimit = options.bodyLimit ?? defaultBodyLimit;
  const limiter = createLimiter();
  let server: Server | undefined;
  const app = Fastify({
    bodyLimit,
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    requestTimeout: 60_000,
    serverFactory(handler) {
      const dispatch: RequestListener = (request, response) => {
        const began = performance.now();
        response.once("finish", () => options.answered?.({ listener: options.name, status: response.statusCode, seconds: (performance.now() - began) / 1000 }));
        if (options.first?.(request, response)) return;
        handler(request, response);
      };
      server = (options.tls ? createHttps(options.tls, dispatch) : createHttp(dispatch)) as Server;
      server.headersTimeout = 15_000;
      return server;
    },
  });
  await app.register(cookie);
  await app.register(formbody, { bodyLimit });
  const uploads = new Map<string, number>(
    options.routes.flatMap(({ method, path, uploadBytes }) => (uploadBytes ? [[`${method} ${path}`, uploadBytes] as const] : [])),
  );
  const readUpload = createUploadReader();
  app.addContentTypeParser("multipart/form-data", (request: FastifyRequest, payload: IncomingMessage) => {
    const limit = uploads.get(`${request.method} ${request.routeOptions.url}`);
    if (limit === undefined) throw webErrors.refuse("web.media-type");
    return readUpload(payload, request.headers["content-type"] ?? "", limit);
  });
  // Schemas are zod's; Fastify's own validator stays out of the way.
  app.setValidatorCompiler(() => () => true);

  /** Who asked, for the page of a refusal. */
  const actors = new WeakMap<FastifyRequest, Actor>();
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = toRefusal(error, request.id, bodyLimit);
    if (refusal.status >= 500) options.log.error({ request: request.id, code: refusal.code, error: describeError(refusal) }, "request failed");
    const language = languageOf(request);
    setSecurityHeaders(reply, options.formAction ?? []);
    if (refusal.code === "web.too-many") reply.header("retry-after", String(refusal.params.seconds ?? 1));
    if (refusal.code === "web.unauthenticated")
      reply.header("www-authenticate", isCalendar(request) ? 'Bearer, Basic realm="API key as password", charset="UTF-8"' : "Bearer");
    if (options.refusalPage && acceptsHtml(request)) {
      return reply
        .code(refusal.status)
        .type("text/html; charset=utf-8")
        .send(options.refusalPage(refusal, { language, requestId: request.id, actor: actors.get(request) ?? { kind: "nobody" }, back: pageBefore(request) }));
    }
    return reply
      .code(refusal.status)
      .type("application/problem+json")
      .send(JSON.stringify(buildProblem(refusal, language, request.id)));
  };
  app.setErrorHandler(refuse);
  app.setNotFoundHandler((request, reply) => refuse(webErrors.refuse("web.not-found"), request, reply));

  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: route.path,
      ...(route.uploadBytes ? { bodyLimit: route.uploadBytes } : {}),
      handler: async (request, reply) => {
        const started = performance.now();
        const wait = options.trusted
          ? 0
          : limiter.take(`${request.ip} ${route.perMinute ? route.path : ""}`, route.perMinute ?? options.perMinute ?? defaultPerMinute);
        if (wait > 0) throw webErrors.refuse("web.too-many", { params: { seconds: wait } });
        const cookies = request.cookies as Record<string, string | undefined>;
        const actor: Actor = await options.identify({ headers: request.headers, cookies });
        actors.set(request, actor);
        if (!options.trusted) refuseCrossSite(request, actor);
        admit(route, actor);
        const value = await route.handle({
          params: parse(route.params, request.params),
          query: parse(route.query, request.query),
          body: parse(route.body, request.body),
          actor,
          language: languageOf(request),
          requestId: request.id,
          address: request.ip,
          headers: request.headers,
          cookies,
          ...(options.tls?.requestCert ? { certificate: (request.raw.socket as TLSSocket).getPeerX509Certificate()?.raw } : {}),
        });
        options.log.info({ request: request.id, route: `${route.method} ${route.path}`, ms: Math.round(performance.now() - started) }, options.name);
        keepLanguage(request, reply, value);
        return answer(value, reply, options);
      },
    });
  }
  await app.ready();
  if (!server) throw new Error("Fastify made no server");
  const made = server;
  return {
    server: made,
    app,
    async listen(place) {
      await new Promise<void>((resolve, reject) => {
        made.once("error", (error: NodeJS.ErrnoException) => {
          const taken = error.code === "EADDRINUSE" && "port" in place;
          reject(
            taken ? webErrors.refuse("web.port-taken", { params: { port: place.port, name: options.name, setting: place.setting }, cause: error }) : error,
          );
        });
        if ("path" in place) made.listen(place.path, () => resolve());
        else made.listen(place.port, place.host, () => resolve());
      });
      const address = made.address();
      return address && typeof address === "object" ? address.port : 0;
    },
    async close() {
      // Fastify did not open the server (`listen` above did), so it would not close it either. Requests at work get a moment.
      if (made.listening) {
        const closed = new Promise<void>((resolve) => made.close(() => resolve()));
        made.closeIdleConnections();
        const impatience = setTimeout(() => made.closeAllConnections(), graceMillis);
        await closed;
        clearTimeout(impatience);
      }
      await app.close();
    },
  };
}

/** Session cookies go out with every request; a page elsewhere must not write with them (Fetch metadata, then Origin). */
function refuseCrossSite(request: FastifyRequest, actor: Actor): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  // A bearer token is sent by nobody's browser by itself; what came as Basic a browser may have kept.
  if (actor.kind === "account" && actor.by === "api-key" && /^bearer /i.test(request.headers.authorization ?? "")) return;
  const site = request.headers["sec-fetch-site"];
  const origin = request.headers.origin;
  const strange = site !== undefined ? site !== "same-origin" && site !== "none" : origin !== undefined && new URL(origin).host !== request.headers.host;
  if (strange) throw webErrors.refuse("web.cross-site");
}

function answer(value: unknown, reply: FastifyReply, options: ListenerOptions): FastifyReply {
  setSecurityHeaders(reply, options.formAction ?? []);
  if (!(value instanceof Reply)) return reply.code(value === undefined ? 204 : 200).send(value === undefined ? undefined : (value as object));
  for (const { name, value: text, maxAge, path } of value.cookies) {
    reply.setCookie(name, text, { httpOnly: true, sameSite: "lax", secure: options.tls !== undefined, path: path ?? "/", maxAge });
  }
  reply.code(value.status).headers(value.headers);
  if (value.type) reply.type(value.type);
  return reply.send(value.body instanceof Uint8Array ? Buffer.from(value.body) : value.body);
}

/** A language chosen on one page holds on the next ones. */
function keepLanguage(request: FastifyRequest, reply: FastifyReply, value: unknown): void {
  const asked = (request.query as { lang?: unknown } | undefined)?.lang;
  const isPage = value instanceof Reply && value.type?.startsWith("text/html");
  if (!isPage || (asked !== "fr" && asked !== "en") || request.cookies.cercle_language === asked) return;
  reply.setCookie("cercle_language", asked, { httpOnly: true, sameSite: "lax", path: "/", maxAge: languageSeconds });
}

function setSecurityHeaders(reply: FastifyReply, formAction: readonly string[]): void {
  reply.headers({
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "manifest-src 'self'",
      "worker-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      `form-action ${["'self'", ...formAction].join(" ")}`,
    ].join("; "),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
    "cache-control": reply.getHeader("cache-control")?.toString() ?? "no-store",
  });
}

function languageOf(request: FastifyRequest): "fr" | "en" {
  const asked = (request.query as { lang?: string } | undefined)?.lang ?? request.cookies?.cercle_language ?? request.headers["accept-language"];
  return chooseLanguage(asked);
}

function acceptsHtml(request: FastifyRequest): boolean {
  return request.headers.accept?.includes("text/html") ?? false;
}

/** Where a form stood, when it was one of ours: path and query only. */
function pageBefore(request: FastifyRequest): string | undefined {
  const { referer, host } = request.headers;
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  const { host: from, pathname, search } = new URL(referer);
  return from === host && !(request.method === "GET" && pathname + search === request.url) ? pathname + search : undefined;
}

/** Calendar applications know Basic alone; a browser is not offered it, or it would ask for a password of its own. */
function isCalendar(request: FastifyRequest): boolean {
  return request.url.split("?", 1)[0]?.endsWith(".ics") === true && !acceptsHtml(request);
}

function describeError(refusal: Refusal): string {
  const cause = refusal.cause instanceof Error ? (refusal.cause.stack ?? refusal.cause.message) : "";
  return `${say(refusal.text, "en", refusal.params)} ${refusal.detail ?? ""} ${cause}`.trim();
}
