// One request relayed as a stream, with a bound each way: used by the proxy towards an API, and by the guard towards its server.
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { request as ask, type Dispatcher, errors } from "undici";
import { type Asked, answer } from "./raw-http.ts";

export type RelayPlan = {
  readonly to: URL;
  readonly dispatcher: Dispatcher;
  /** Laid over what the client sent; a value of `undefined` takes a header away. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Headers of the client that stay behind, beside those of the hop. */
  readonly withhold: readonly string[];
  readonly bodyLimit: number;
  readonly timeoutMillis: number;
  /** Cuts the exchange: the right behind it closed. */
  readonly cut: AbortSignal;
};

/** RFC 9110 §7.6.1, and what `Connection` names; `expect` was answered by the listener; addresses of the hop before are ours to say. */
const ofTheHop = new Set([
  "connection",
  "proxy-connection",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
  "host",
  "proxy-authorization",
  "proxy-authenticate",
]);

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Headers that travel on. Pure. */
export function forwardHeaders(headers: Headers, withhold: readonly string[]): Record<string, string | string[]> {
  const named = [headers.connection ?? ""].flat().join(",").toLowerCase().split(",");
  const left = new Set([...ofTheHop, ...withhold, ...named.map((name) => name.trim())]);
  const kept = Object.entries(headers).filter((entry): entry is [string, string | string[]] => entry[1] !== undefined && !left.has(entry[0].toLowerCase()));
  return Object.fromEntries(kept);
}

/** Why an upstream gave no answer, as a gateway says it (RFC 9110 §15.6.3 to 15.6.5). */
export type RelayFailure = { readonly status: 413 | 502 | 503 | 504; readonly message: string };
const page: RelayFailure = { status: 502, message: "The API answered with a page: there is no user interface here." };

/** Relays; answers the upstream's status, or why there is none (then nothing was answered, unless the answer had begun). */
export async function relay(asked: Asked, plan: RelayPlan): Promise<number | RelayFailure> {
  const { request, response } = asked;
  const hasBody =
    request.headers["content-length"] !== undefined ? request.headers["content-length"] !== "0" : request.headers["transfer-encoding"] !== undefined;
  if (Number(request.headers["content-length"] ?? 0) > plan.bodyLimit) return { status: 413, message: "The body is too large." };
  const bound = new Bound(plan.bodyLimit);
  // Ended by either side: the outcome below says so.
  bound.on("error", () => undefined);
  const signal = AbortSignal.any([asked.gone, plan.cut]);
  const laid = Object.entries(plan.headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const reply = await ask(plan.to, {
      method: asked.method as Dispatcher.HttpMethod,
      headers: { ...forwardHeaders(request.headers, [...plan.withhold, ...Object.keys(plan.headers)]), ...Object.fromEntries(laid) },
      body: hasBody ? request.pipe(bound) : null,
      dispatcher: plan.dispatcher,
      signal,
      headersTimeout: plan.timeoutMillis,
      bodyTimeout: plan.timeoutMillis,
    });
    if (/^\s*(text\/html|application\/xhtml\+xml)/i.test([reply.headers["content-type"] ?? ""].flat().join())) {
      drop(reply.body);
      return page;
    }
    if (Number(reply.headers["content-length"] ?? 0) > plan.bodyLimit) {
      drop(reply.body);
      return { status: 502, message: "The API's answer is too large." };
    }
    const headers = forwardHeaders(reply.headers, ["set-cookie", "server", "x-powered-by", "strict-transport-security"]);
    response.writeHead(reply.statusCode, {
      "content-type": "application/octet-stream",
      ...headers,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    await pipeline(reply.body, new Bound(plan.bodyLimit), response, { signal });
    return reply.statusCode;
  } catch (error) {
    if (response.headersSent) response.destroy();
    if (bound.exceeded) return { status: 413, message: "The body is too large." };
    return failureOf(error);
  }
}

/** A body that nobody reads: destroying it is an error event, which is no one's fault. */
function drop(body: Dispatcher.ResponseData["body"]): void {
  body.on("error", () => undefined);
  body.destroy();
}

function failureOf(error: unknown): RelayFailure {
  const code = (error as { code?: string }).code ?? "";
  if (
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError ||
    code === "ETIMEDOUT"
  )
    return { status: 504, message: "The API did not answer in time." };
  if (["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"].includes(code)) return { status: 503, message: "The API cannot be reached." };
  return { status: 502, message: "The exchange with the API failed." };
}

/** Answers a failure when there is still someone to answer. */
export function answerFailure(asked: Asked, failure: RelayFailure, body: (failure: RelayFailure) => unknown): void {
  if (!asked.response.destroyed) answer(asked, failure.status, body(failure));
}

/** Ends in an error past so many bytes. */
class Bound extends Transform {
  exceeded = false;
  #left: number;
  constructor(limit: number) {
    super();
    this.#left = limit;
  }
  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#left -= chunk.length;
    this.exceeded ||= this.#left < 0;
    done(this.exceeded ? new RangeError("too large") : null, chunk);
  }
}
