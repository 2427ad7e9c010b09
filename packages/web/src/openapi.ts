// OpenAPI 3.1 made of the routes' own data, so that it cannot differ from what is served.
import { z } from "zod";
import type { Route } from "./route.ts";

/** The OpenAPI document of the routes under `/api` and `/public`. */
export function buildOpenApi(routes: readonly Route[], facts: { title: string; version: string }): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    if (route.page) continue;
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    const body = jsonSchema(route.body);
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: {
        summary: route.about,
        parameters: [...parameters(route.params, "path"), ...parameters(route.query, "query")],
        ...(body && route.method !== "GET" ? { requestBody: { content: { "application/json": { schema: body } } } } : {}),
        responses: {
          "200": { description: "Done.", ...(route.reply ? { content: { "application/json": { schema: jsonSchema(route.reply) ?? {} } } } : {}) },
          default: { description: "A refusal (RFC 9457).", content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } } },
        },
        security: route.who === "anyone" ? [] : [{ api_key: [] }],
      },
    };
  }
  return {
    openapi: "3.1.0",
    info: facts,
    paths,
    components: {
      securitySchemes: { api_key: { type: "http", scheme: "bearer" } },
      schemas: {
        Problem: {
          type: "object",
          required: ["type", "title", "status", "code"],
          properties: {
            type: { type: "string" },
            title: { type: "string" },
            status: { type: "integer" },
            code: { type: "string" },
            clause: { type: "string" },
          },
        },
      },
    },
  };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> | undefined {
  if (schema instanceof z.ZodUnknown) return undefined;
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { unrepresentable: "any", io: "input" });
  return rest;
}

function parameters(schema: z.ZodType, place: "path" | "query"): object[] {
  const described = jsonSchema(schema);
  const properties = (described?.properties ?? {}) as Record<string, object>;
  const required = (described?.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => ({ name, in: place, required: place === "path" || required.includes(name), schema: property }));
}
