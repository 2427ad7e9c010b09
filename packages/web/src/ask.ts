// A page asks the API of its own process: the same routes, roles and schemas as a script over the network, without the network.
import type { Language } from "@cercle/kernel";
import { admit, parse } from "./admit.ts";
import { webErrors } from "./errors.ts";
import type { Actor, Route, RouteRequest } from "./route.ts";

export type Asked = {
  readonly method: Route["method"];
  /** `/api/letters/LE-2026-00001`, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly actor: Actor;
  readonly language: Language;
  readonly address?: string;
};

export type AskRoutes = {
  /** The handler's answer, a `Reply` included. Throws what the route refuses, and `web.not-found`. */
  ask(request: Asked): Promise<unknown>;
  /** Whether a route with this pattern is served (`/api/letters/:reference`). */
  serves(method: Route["method"], pattern: string): boolean;
};

/** `routes` is read at each request: rooms add theirs while the house is wired. */
export function createAskRoutes(routes: () => readonly Route[]): AskRoutes {
  return {
    serves: (method, pattern) => routes().some((route) => route.method === method && route.path === pattern),
    async ask({ method, path, query = {}, body, actor, language, address = "" }) {
      for (const route of routes()) {
        const params = route.method === method ? match(route.path, path) : undefined;
        if (!params) continue;
        admit(route, actor);
        const request: RouteRequest<unknown, unknown, unknown> = {
          params: parse(route.params, params),
          query: parse(route.query, query),
          body: parse(route.body, body),
          actor,
          language,
          requestId: "",
          address,
          headers: {},
          cookies: {},
        };
        return route.handle(request);
      }
      throw webErrors.refuse("web.not-found");
    },
  };
}

/** The parameters of a path under a pattern; undefined when it is another one. */
function match(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const text = given[i] ?? "";
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(text);
    else if (part !== text) return undefined;
  }
  return params;
}
