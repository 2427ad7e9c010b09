// The FHIR encoder of refusals: an OperationOutcome for every fault (FHIR R4 §3.1.0.1.9).
import { type Language, Refusal, say } from "@cercle/kernel";

/** IssueType codes by HTTP status (FHIR R4 value set issue-type). */
const codes: Readonly<Record<number, string>> = {
  400: "invalid",
  401: "login",
  403: "forbidden",
  404: "not-found",
  405: "not-supported",
  409: "conflict",
  410: "deleted",
  412: "conflict",
  413: "too-long",
  415: "not-supported",
  422: "processing",
  429: "throttled",
};

export function buildOutcome(refusal: Refusal, language: Language): object {
  return {
    resourceType: "OperationOutcome",
    issue: [
      {
        severity: refusal.status >= 500 ? "fatal" : "error",
        code: codes[refusal.status] ?? "exception",
        details: { coding: [{ code: refusal.code }], text: say(refusal.text, language, refusal.params) },
        diagnostics: say(refusal.text, language, refusal.params),
      },
    ],
  };
}

/** Any error as a refusal; what nobody foresaw says nothing of itself. */
export function toFhirRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal("web.internal", { status: 500, text: { fr: "Une erreur interne est survenue.", en: "An internal error occurred." } }, { cause: error });
}
