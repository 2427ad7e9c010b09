// The two listeners of this room speak for themselves: their answers are prescribed, none is a page, bodies stream through.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";

/** What a request is, read once; nothing of its body. */
export type Asked = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly method: string;
  /** As it came, escapes and all. */
  readonly path: string;
  readonly query: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly secure: boolean;
  /** Ended when the other side is gone. */
  readonly gone: AbortSignal;
};

export function readAsked(request: IncomingMessage, response: ServerResponse): Asked {
  const [path = "", query = ""] = splitOnce(request.url ?? "", "?");
  const ended = new AbortController();
  response.once("close", () => ended.abort());
  return {
    request,
    response,
    method: request.method ?? "GET",
    path,
    query,
    cookies: readCookies(request.headers.cookie),
    secure: (request.socket as TLSSocket).encrypted === true,
    gone: ended.signal,
  };
}

/** RFC 6265 §5.4; the first of two with one name counts. */
function readCookies(header: string | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? "").slice(0, 8192).split(";")) {
    const [name, value] = splitOnce(pair.trim(), "=");
    if (name && value !== undefined && !cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}

function splitOnce(text: string, at: string): readonly [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** The certificate shown in the handshake, DER, believed by nobody yet. */
export function certificateOf({ request }: Asked): Uint8Array | undefined {
  return (request.socket as TLSSocket).getPeerX509Certificate?.()?.raw;
}

export function bearerOf({ request }: Asked): string | undefined {
  return /^Bearer ([\w.~+/-]{1,8192}=*)$/i.exec(request.headers.authorization ?? "")?.[1];
}

/** The whole body as text, or `too-large`. */
export async function readText(asked: Asked, limit: number): Promise<string | "too-large"> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of asked.request as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) return "too-large";
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const always = { "cache-control": "no-store", "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };

/** Answers JSON, or nothing when `body` is absent. Once an answer has begun, the connection is cut instead. */
export function answer({ request, response }: Asked, status: number, body?: unknown, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // A body that was not read would be taken for the next request (RFC 9112 §9.3).
  const unread = request.complete ? {} : { connection: "close" };
  const type = body === undefined ? {} : { "content-type": "application/json; charset=utf-8" };
  response.writeHead(status, { ...always, ...type, ...unread, ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
