// An API call of a demonstration that must be refused: answers the refusal, and breaks the story when there is none.
import { type ApiRequest, Refusal } from "@cercle/kernel";

export type Ask = (request: ApiRequest) => Promise<unknown>;

export async function mustRefuse(ask: Ask, request: ApiRequest): Promise<Refusal> {
  const answer = await ask(request).catch((error: unknown) => error);
  if (answer instanceof Refusal) return answer;
  throw answer instanceof Error ? answer : new Error(`${request.path} was not refused`);
}
