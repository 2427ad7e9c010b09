// What the API answered: its body, or the refusal it stands for.
import { type ApiReply, type ApiRequest, Refusal } from "@cercle/kernel";

type ProblemBody = { code?: string; title?: string; status?: number; clause?: string; right?: string; since?: string };

/** A refusal of the API is thrown again as what it is; its text is already in the reader's language. */
export function unwrapReply(reply: ApiReply, request: ApiRequest): unknown {
  if (reply.status < 400) return reply.body;
  const problem = (reply.body ?? {}) as ProblemBody;
  const title = problem.title ?? `${request.method} ${request.path}: ${reply.status}`;
  throw new Refusal(
    problem.code ?? "web.internal",
    { status: reply.status, text: { fr: title, en: title } },
    { ...(problem.clause ? { clause: problem.clause } : {}), ...(problem.right ? { right: problem.right } : {}) },
  );
}
