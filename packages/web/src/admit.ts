// Who may ask a route, and what it takes: judged in one place, for requests of the network and of this process alike.
import type { z } from "zod";
import { webErrors } from "./errors.ts";
import type { Actor, Route } from "./route.ts";

/** Refuses an actor without one of the route's roles. */
export function admit(route: Pick<Route, "who">, actor: Actor): void {
  if (route.who === "anyone" || actor.kind === "operator") return;
  if (actor.kind === "nobody") throw webErrors.refuse("web.unauthenticated");
  const needed = route.who;
  if (needed === "operator") throw webErrors.refuse("web.forbidden", { params: { needed } });
  if (!needed.some((role) => actor.roles.includes(role))) throw webErrors.refuse("web.forbidden", { params: { needed: needed.join(", ") } });
}

/** What a schema makes of a part of a request. Throws `web.invalid` naming the first field at fault. */
export function parse(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw webErrors.refuse("web.invalid", { params: { problem: `${issue?.path.join(".") || "body"}: ${issue?.message ?? ""}` } });
}
