// A route is data next to its handler: method, path, who may ask, what goes in and out. OpenAPI is made of the same data.
import type { Language } from "@cercle/kernel";
import { z } from "zod";

/** Who asks. `operator` is a command on this machine (control socket, mode 0600). */
export type Actor =
  | { readonly kind: "operator" }
  | {
      readonly kind: "account";
      readonly id: string;
      readonly name: string;
      readonly roles: readonly string[];
      readonly by: "passkey" | "api-key" | "federation";
    }
  | { readonly kind: "nobody" };

export type RouteRequest<P, Q, B> = {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly actor: Actor;
  readonly language: Language;
  readonly requestId: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** What the other end showed in the TLS handshake, DER, believed by nobody yet: listeners that ask for one only. */
  readonly certificate?: Uint8Array | undefined;
};

export type Cookie = { readonly name: string; readonly value: string; readonly maxAge: number; readonly path?: string };

/** A reply that is not plain JSON with status 200. */
export class Reply {
  readonly status: number;
  readonly body: string | Uint8Array | object | undefined;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly Cookie[];

  constructor(facts: { status?: number; body?: string | Uint8Array | object; type?: string; headers?: Record<string, string>; cookies?: readonly Cookie[] }) {
    this.status = facts.status ?? 200;
    this.body = facts.body;
    this.type = facts.type;
    this.headers = facts.headers ?? {};
    this.cookies = facts.cookies ?? [];
  }

  static html(body: string, facts: { status?: number; cookies?: readonly Cookie[]; headers?: Record<string, string> } = {}): Reply {
    return new Reply({ body, type: "text/html; charset=utf-8", ...facts });
  }

  /** 303 See Other (RFC 9110 §15.4.4): after a form, whatever its method. */
  static see(location: string, cookies: readonly Cookie[] = []): Reply {
    return new Reply({ status: 303, headers: { location }, cookies });
  }
}

export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly about: string;
  /** `anyone`, or the roles of which one is needed; the operator of the machine passes everywhere. */
  readonly who: "anyone" | "operator" | readonly string[];
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  readonly reply?: z.ZodType;
  /** Requests a minute for one address; the listener's own limit when absent. */
  readonly perMinute?: number;
  /** Takes forms with files (multipart/form-data), this many bytes at most. */
  readonly uploadBytes?: number;
  /** A page, left out of OpenAPI. */
  readonly page?: boolean;
  readonly handle: (request: RouteRequest<unknown, unknown, unknown>) => Promise<unknown>;
};

const nothing = z.unknown();

/** Declares a route; schemas type the handler. */
export function defineRoute<P extends z.ZodType = z.ZodUnknown, Q extends z.ZodType = z.ZodUnknown, B extends z.ZodType = z.ZodUnknown>(route: {
  method: Route["method"];
  path: string;
  about: string;
  who: Route["who"];
  params?: P;
  query?: Q;
  body?: B;
  reply?: z.ZodType;
  perMinute?: number;
  uploadBytes?: number;
  page?: boolean;
  handle(request: RouteRequest<z.output<P>, z.output<Q>, z.output<B>>): Promise<unknown>;
}): Route {
  return { params: nothing, query: nothing, body: nothing, ...route } as Route;
}
