// The web's encoder of refusals: application/problem+json (RFC 9457), in the reader's language.
import { type Language, Refusal, say } from "@cercle/kernel";
import { webErrors } from "./errors.ts";

export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  clause?: string;
  entry?: number;
  since?: string;
  right?: string;
  request_id?: string;
};

/** RFC 9457 §3: the members of a problem; `code` and the facts of the refusal are extension members (§3.2). */
export function buildProblem(refusal: Refusal, language: Language, requestId?: string): Problem {
  return {
    type: `urn:cercle:error:${refusal.code}`,
    title: say(refusal.text, language, refusal.params),
    status: refusal.status,
    code: refusal.code,
    ...(refusal.clause ? { clause: refusal.clause } : {}),
    ...(refusal.entry === undefined ? {} : { entry: refusal.entry }),
    ...(refusal.since ? { since: refusal.since } : {}),
    ...(refusal.right ? { right: refusal.right } : {}),
    ...(requestId ? { request_id: requestId } : {}),
  };
}

type FrameworkError = { statusCode?: number; code?: string; message?: string; validation?: unknown };

/** Any error of a handler as a refusal. What nobody foresaw becomes `web.internal`: its text never leaves the log. */
export function toRefusal(error: unknown, requestId: string, limit: number): Refusal {
  if (error instanceof Refusal) return error;
  const { statusCode, code, message } = (error ?? {}) as FrameworkError;
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE") return webErrors.refuse("web.too-large", { params: { limit } });
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return webErrors.refuse("web.media-type");
  if (statusCode && statusCode >= 400 && statusCode < 500) return webErrors.refuse("web.invalid", { params: { problem: message ?? "" } });
  return webErrors.refuse("web.internal", { params: { request: requestId }, cause: error });
}
