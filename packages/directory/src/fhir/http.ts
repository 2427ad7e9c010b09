// The HTTP face of FHIR, under `/fhir/v2`: its own small handler, so that every fault is an OperationOutcome (bodies, media types,
// methods, addresses and limits included).
import type { IncomingMessage, ServerResponse } from "node:http";
import { chooseLanguage } from "@cercle/kernel";
import { type Actor, createLimiter, type Logger } from "@cercle/web";
import { type Access, type Purpose, purposes } from "../access.ts";
import { directoryErrors } from "../errors.ts";
import { buildCapability, resourceNames } from "./capability.ts";
import { buildOutcome, toFhirRefusal } from "./outcome.ts";
import type { ResourceName } from "./parameters.ts";
import type { PatchTelecom } from "./patch.ts";
import type { Fhir } from "./service.ts";

export type FhirHttpOptions = {
  readonly fhir: Fhir;
  readonly patch: PatchTelecom;
  /** `http://localhost:8086/fhir/v2`. */
  readonly base: string;
  /** Whether look-ups need no key. */
  readonly open: boolean;
  readonly perMinute: number;
  readonly log: Logger;
  identify(authorization: string | undefined): Promise<Actor>;
};

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> };

const root = "/fhir/v2";
const maximumBody = 262_144;
const bodyMillis = 15_000;
const media = "application/fhir+json; charset=utf-8";

/** Handles requests under `/fhir/v2`; answers false for others. */
export function createFhirHandler(options: FhirHttpOptions): (request: IncomingMessage, response: ServerResponse) => boolean {
  const limiter = createLimiter();
  const started = new Date().toISOString();

  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "/", "http://host");
    const key = single(request.headers["esante-api-key"]);
    const actor = await options.identify(key ? `Bearer ${key}` : single(request.headers.authorization));
    const access = accessOf(request, actor);
    const wait = limiter.take(actor.kind === "account" ? actor.id : access.address, options.perMinute);
    if (wait > 0) throw directoryErrors.refuse("directory.too-fast", { params: { seconds: wait } });
    const [name = "", id, ...deeper] = url.pathname.slice(root.length).split("/").filter(Boolean).map(decode);
    const method = request.method ?? "GET";
    if (name === "metadata" && method === "GET") return { status: 200, body: buildCapability(options.base, started) };
    if (actor.kind === "nobody" && !options.open) throw directoryErrors.refuse("directory.key-needed");
    if (name === "" && method === "GET" && url.searchParams.has("_getpages")) {
      return { status: 200, body: await options.fhir.nextPage(url.searchParams.get("_getpages") ?? "", access, options.base) };
    }
    const resource = resourceNames.find((one) => one === name);
    if (!resource || deeper.length > 0) throw directoryErrors.refuse("directory.no-entry", { params: { id: url.pathname.slice(0, 80) } });
    return handleResource(options, request, { url, method, resource, id, access });
  };

  return (request, response) => {
    if (!request.url?.startsWith(root)) return false;
    const language = chooseLanguage(single(request.headers["accept-language"]));
    respond(request)
      .catch((error: unknown): Answer => {
        const refusal = toFhirRefusal(error);
        if (refusal.status >= 500)
          options.log.error({ code: refusal.code, error: refusal.cause instanceof Error ? refusal.cause.stack : "" }, "fhir request failed");
        return {
          status: refusal.status,
          body: buildOutcome(refusal, language),
          ...(refusal.status === 429 ? { headers: { "retry-after": String(refusal.params.seconds ?? 60) } } : {}),
        };
      })
      .then(({ status, body, headers }) => {
        const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
        response.writeHead(status, {
          "content-type": media,
          "content-length": bytes.length,
          "x-content-type-options": "nosniff",
          "cache-control": "no-store",
          ...headers,
        });
        response.end(request.method === "HEAD" ? undefined : bytes);
        // Whatever of a refused body is still coming is not read.
        if (status === 413) request.destroy();
      })
      .catch(() => response.destroy());
    return true;
  };
}

type Target = { url: URL; method: string; resource: ResourceName; id: string | undefined; access: Access };

async function handleResource(options: FhirHttpOptions, request: IncomingMessage, { url, method, resource, id, access }: Target): Promise<Answer> {
  const lenient = /handling=lenient/.test(single(request.headers.prefer) ?? "");
  const query = url.search.slice(1);
  if (id === undefined && method === "GET") return { status: 200, body: await options.fhir.search(resource, query, access, { base: options.base, lenient }) };
  if (id === "_search" && method === "POST") {
    if (!/^application\/x-www-form-urlencoded/.test(single(request.headers["content-type"]) ?? "")) throw directoryErrors.refuse("directory.media-type");
    const form = (await readBody(request)).toString("utf8");
    return { status: 200, body: await options.fhir.search(resource, [query, form].filter(Boolean).join("&"), access, { base: options.base, lenient }) };
  }
  if (id !== undefined && (method === "GET" || method === "HEAD")) {
    const found = await options.fhir.read(resource, id, access);
    const version = (found.meta as { lastUpdated?: string }).lastUpdated ?? "";
    return { status: 200, body: found, headers: { etag: `W/"${version}"` } };
  }
  if (method === "PATCH") {
    if (!/^application\/(fhir\+)?json/.test(single(request.headers["content-type"]) ?? "")) throw directoryErrors.refuse("directory.media-type");
    const body = parseJson(await readBody(request));
    return { status: 200, body: await options.patch({ resource, id, query, body, access }) };
  }
  throw directoryErrors.refuse("directory.method", { params: { method: method.slice(0, 10) } });
}

function accessOf(request: IncomingMessage, actor: Actor): Access {
  const stated = single(request.headers["cercle-purpose"]);
  const purpose = purposes.find((one) => one === stated);
  if (stated !== undefined && !purpose) throw directoryErrors.refuse("directory.bad-search", { params: { problem: "Cercle-Purpose" } });
  const byMethod: Purpose = request.method === "PATCH" ? "feed" : "look-up";
  return { surface: "fhir", actor, address: request.socket.remoteAddress ?? "", purpose: purpose ?? byMethod };
}

/** Bodies are small and come soon, or the request is refused. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const late = setTimeout(() => reject(directoryErrors.refuse("directory.too-large", { params: { limit: maximumBody } })), bodyMillis);
    request.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > maximumBody) {
        clearTimeout(late);
        request.pause();
        reject(directoryErrors.refuse("directory.too-large", { params: { limit: maximumBody } }));
      } else chunks.push(chunk);
    });
    request.once("end", () => {
      clearTimeout(late);
      resolve(Buffer.concat(chunks));
    });
    request.once("error", reject);
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw directoryErrors.refuse("directory.bad-search", { params: { problem: "JSON" }, cause });
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw directoryErrors.refuse("directory.bad-search", { params: { problem: "%" }, cause });
  }
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
