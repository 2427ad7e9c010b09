// What the law answers, over HTTP: pure, so that nothing is handed over. The same as `cercle law ask` and `law vocabulary`.
import { askLaw, describeVocabulary } from "@cercle/law";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";

/** What anyone may ask is bounded, so that an answer takes a fraction of a second; the command line has no such bound. */
const limits = { entries: 150, questions: 12 };

export const lawRoutes: readonly Route[] = [
  defineRoute({
    method: "GET",
    path: "/api/law/vocabulary",
    about: "The instruments, their entries and clauses as data, the questions and the counting policies.",
    who: "anyone",
    handle: async () => describeVocabulary(),
  }),
  defineRoute({
    method: "POST",
    path: "/api/law/ask",
    about: "What the law answers for a file described in JSON: due dates, state, rights, allowed acts, explanations. Touches nothing.",
    who: "anyone",
    body: z.record(z.string(), z.json()),
    handle: async ({ body }) => askLaw(body, limits),
  }),
];
