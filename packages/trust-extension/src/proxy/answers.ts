// What the proxy says when it does not do as asked: the national reference proxy's error body (psc.md §3.3).
import * as openid from "openid-client";

/** Refusals of the proxy: status, message, what was asked. Thrown. */
export class ProxyError extends Error {
  readonly status: number;
  readonly facts: { readonly nationalId?: string; readonly clientId?: string; readonly clause?: string };
  constructor(status: number, message: string, facts: ProxyError["facts"] = {}) {
    super(message);
    this.status = status;
    this.facts = facts;
  }
}

export function buildErrorBody(error: ProxyError): { code: string; message: string; metadata: Record<string, string> } {
  return { code: String(error.status), message: error.message, metadata: { ...error.facts } };
}

/** What a provider or an authorization server said, or did not, as the proxy answers it. */
export function toProxyError(error: unknown, facts: ProxyError["facts"]): ProxyError {
  if (error instanceof ProxyError) return error;
  if (error instanceof openid.ResponseBodyError) {
    const { status, error: code, error_description: why = "" } = error;
    const { clause } = error.cause as { clause?: unknown };
    const known = { ...facts, ...(typeof clause === "string" ? { clause } : {}) };
    if (code === "unknown_user_id") return new ProxyError(404, "User National ID or Software Client ID Not Found.", known);
    // 502 to 504 pass through (psc.md §3.3); any other refusal of theirs is a 401 of ours, a closed right a 403.
    if (status >= 502 && status <= 504) return new ProxyError(status, `${status} - ${code} : ${why}`, known);
    return new ProxyError(code === "unauthorized_client" || code === "invalid_target" ? 403 : 401, `${status} - ${code} : ${why}`, known);
  }
  const status = statusOf(error);
  if (status !== undefined && status >= 502 && status <= 504) return new ProxyError(status, `${status} - upstream : no answer`, facts);
  if ((error as Error).name === "TimeoutError") return new ProxyError(504, "504 - timeout : no answer in time", facts);
  return new ProxyError(503, "503 - unavailable : the provider cannot be reached", facts);
}

/** The status behind an error of openid-client, when a response came. */
function statusOf(error: unknown): number | undefined {
  const cause = (error as { cause?: unknown }).cause;
  return cause instanceof Response || (typeof cause === "object" && cause !== null && "status" in cause && typeof cause.status === "number")
    ? (cause as { status: number }).status
    : undefined;
}
