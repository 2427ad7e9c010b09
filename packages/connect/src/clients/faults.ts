// What a refused request leaves: a page for a person, the standard's error for a program, a line in the client's log.
import { chooseLanguage, type Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Logger } from "@cercle/web";
import type { Configuration, errors, KoaContextWithOIDC, Provider } from "oidc-provider";
import type { Environment } from "../ports.ts";
import { buildRefusedPage } from "../sign-in/pages.ts";
import { findMending } from "./mending.ts";
import type { Traces } from "./traces.ts";

type ErrorPage = NonNullable<Configuration["renderError"]>;

/** The page of what cannot be sent back to the client. */
export function createErrorPage(frame: (language: Language) => Frame): ErrorPage {
  return (ctx, out) => {
    const language = chooseLanguage(ctx.get("accept-language"));
    const description = out.error_description ?? "";
    ctx.type = "html";
    ctx.set("content-security-policy", "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    ctx.body = buildRefusedPage(frame(language), language, { error: out.error, description, expected: findMending(out.error, description) });
  };
}

/** The answer was made when it turned out that another request had been first: nothing of it may leave. */
export async function answerLate(provider: Provider, ctx: KoaContextWithOIDC, error: errors.OIDCProviderError, render: ErrorPage): Promise<void> {
  ctx.remove("location");
  ctx.remove("set-cookie");
  ctx.status = error.statusCode;
  const { error: code, error_description: description = "" } = error;
  const isToken = ctx.oidc.route === "token";
  if (isToken) ctx.body = { error: code, error_description: description };
  else await render(ctx, { error: code, error_description: description }, error);
  provider.emit(isToken ? "grant.error" : "authorization.error", ctx, error);
}

const errorEvents = [
  "authorization.error",
  "grant.error",
  "introspection.error",
  "userinfo.error",
  "revocation.error",
  "pushed_authorization_request.error",
  "backchannel_authentication.error",
] as const;

/** Every refused request shows in its client's log; ordinary polling does not fill it. */
export function traceFaults(
  provider: Provider,
  { traces, log, environment }: { readonly traces: Traces; readonly log: Logger; readonly environment: Environment },
): void {
  const note = (route: string, ctx: KoaContextWithOIDC, error: { error?: string; error_description?: string; error_detail?: string }): void => {
    if (error.error === "authorization_pending") return;
    const clientId = ctx.oidc.client?.clientId ?? findAsker(ctx);
    // The public description says what failed; oidc-provider's detail says why, and holds no secret.
    const description = [error.error_description, error.error_detail].filter(Boolean).join(": ");
    const body = ctx.body as { error?: string } | undefined;
    if (typeof body === "object" && body?.error) ctx.body = { ...body, error_description: description };
    traces
      .fault({ clientId, route, error: error.error ?? "invalid_request", description })
      .catch((cause: unknown) => log.error({ environment, cause: String(cause) }, "trace"));
  };
  for (const event of errorEvents) provider.on(event as "grant.error", (ctx, error) => note(event.split(".")[0] ?? event, ctx, error as never));
  provider.on("server_error", (_ctx, error) =>
    log.error({ environment, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, "connect"),
  );
}

/** Whose log an unauthenticated request belongs in: the client it names, in its parameters, its credentials or its token's `azp`. Proves nothing. */
function findAsker(ctx: KoaContextWithOIDC): string {
  const named = ctx.oidc.params?.client_id ?? (ctx.query as { client_id?: unknown }).client_id;
  if (typeof named === "string" && named !== "") return named;
  const [scheme = "", value = ""] = ctx.get("authorization").split(" ");
  if (/^basic$/i.test(scheme)) return Buffer.from(value, "base64").toString("latin1").split(":")[0] ?? "";
  const azp = /^bearer$/i.test(scheme) ? readClaims(value)?.azp : undefined;
  return typeof azp === "string" ? azp : "";
}

function readClaims(jwt: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(Buffer.from(jwt.split(".")[1] ?? "", "base64url").toString("utf8")) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
