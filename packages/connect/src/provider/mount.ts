// Where requests reach oidc-provider: an exact list of paths on each listener, with the host pinned to the configured origin.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import type { VerifyClientCertificate } from "../ports.ts";
import { judgeCertificate } from "./certificates.ts";
import { endpoints, realmPath } from "./discovery.ts";

export type First = (request: IncomingMessage, response: ServerResponse) => boolean;
type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

const backChannel = new Set(
  [
    endpoints.token,
    endpoints.userinfo,
    endpoints.introspection,
    endpoints.revocation,
    endpoints.jwks,
    endpoints.backchannel_authentication,
    endpoints.pushed_authorization_request,
  ].map((path) => `${realmPath}${path}`),
);

/** oidc-provider makes its URLs from the Host header; a client may not choose it. */
function pin(request: IncomingMessage, origin: URL): void {
  request.headers.host = origin.host;
  delete request.headers["x-forwarded-host"];
  // The place that a person is shown and a trace keeps is the connection's, not one that the asker writes.
  delete request.headers["x-forwarded-for"];
  delete request.headers[":authority"];
  if (origin.protocol === "https:") request.headers["x-forwarded-proto"] = "https";
  else delete request.headers["x-forwarded-proto"];
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

/** The issuer's listener, and the one with mutual TLS when `verify` is given. */
export function mountIssuer(provider: Provider, origin: string, verify?: VerifyClientCertificate): First {
  const handle = provider.callback() as Handler;
  const pinned = new URL(origin);
  return (request, response) => {
    if (!backChannel.has(pathOf(request))) return false;
    pin(request, pinned);
    const mounted = request as IncomingMessage & { originalUrl?: string };
    mounted.originalUrl = request.url ?? "";
    request.url = mounted.originalUrl.slice(realmPath.length);
    if (verify)
      judgeCertificate(request, verify).then(
        () => handle(request, response),
        () => response.writeHead(503).end(),
      );
    else handle(request, response);
    return true;
  };
}

/** The wallet's listener: the authorization endpoint and its return. */
export function mountWallet(provider: Provider, origin: string): First {
  const handle = provider.callback() as Handler;
  const pinned = new URL(origin);
  return (request, response) => {
    if (!/^\/auth(\/[\w-]{10,80})?$/.test(pathOf(request))) return false;
    pin(request, pinned);
    handle(request, response);
    return true;
  };
}
