// Signing out. The logout endpoint is on the issuer's host, the session's cookie on the wallet's: the session is found by the `sid`
// of the ID token hint and ended at once; the browser then passes a page of the wallet that clears the cookie (RP-Initiated Logout 1.0).
import type { Language, Text } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Cookie, defineRoute, Reply, type Route, type RouteRequest } from "@cercle/web";
import { z } from "zod";
import type { Clients } from "../clients/clients.ts";
import { findMending } from "../clients/mending.ts";
import type { Traces } from "../clients/traces.ts";
import type { People } from "../people.ts";
import type { Environment } from "../ports.ts";
import { endpoints, realmPath } from "../provider/discovery.ts";
import { type TokenSigner, verifyJwt } from "../provider/tokens.ts";
import { buildHomePage, buildRefusedPage, buildSignedOutPage, buildSignOutPage } from "./pages.ts";
import type { OpenSession, Sessions } from "./sessions.ts";

const logout = z.object({
  id_token_hint: z.string().max(16_000).optional(),
  client_id: z.string().max(128).optional(),
  post_logout_redirect_uri: z.string().max(2000).optional(),
  state: z.string().max(2000).optional(),
});
type Logout = z.output<typeof logout>;

export type SignOutParts = {
  readonly environment: Environment;
  readonly store: Store;
  readonly clients: Clients;
  readonly people: People;
  readonly sessions: Sessions;
  readonly traces: Traces;
  readonly signer: TokenSigner;
  readonly wallet: string;
  readonly cookiePrefix: string;
  frame(language: Language): Frame;
};

type Request = RouteRequest<unknown, unknown, unknown>;

/** Routes of the issuer's listener. */
export function logoutRoutes(parts: SignOutParts): readonly Route[] {
  const refuse = async (request: Request, clientId: string, description: string): Promise<Reply> => {
    await parts.traces.fault({ clientId, route: "end_session", error: "invalid_request", description });
    const expected = findMending("invalid_request", description);
    return String(request.headers.accept ?? "").includes("text/html")
      ? Reply.html(buildRefusedPage(parts.frame(request.language), request.language, { error: "invalid_request", description, expected }), { status: 400 })
      : new Reply({ status: 400, body: { error: "invalid_request", error_description: description } });
  };
  const handle = async (request: Request, asked: Logout): Promise<Reply> => {
    const hint = asked.id_token_hint === undefined ? undefined : verifyJwt(parts.signer, asked.id_token_hint);
    const clientId = typeof hint?.aud === "string" ? hint.aud : asked.client_id;
    if (asked.id_token_hint !== undefined && typeof hint?.aud !== "string")
      return refuse(request, asked.client_id ?? "", "id_token_hint is not an ID token of this issuer");
    if (hint && asked.client_id && asked.client_id !== hint.aud)
      return refuse(request, String(hint.aud), "client_id does not match the provided id_token_hint");
    const client = clientId ? await parts.clients.find(clientId) : undefined;
    const back = asked.post_logout_redirect_uri;
    if (back !== undefined && !client?.metadata.post_logout_redirect_uris.includes(back))
      return refuse(request, clientId ?? "", "post_logout_redirect_uri not registered");
    const session = typeof hint?.sid === "string" ? await parts.sessions.ofSid(hint.sid) : undefined;
    if (session && session.subject === hint?.sub) await parts.sessions.end(session);
    const onward = new URLSearchParams({
      ...(client ? { client_id: client.id } : {}),
      ...(back ? { back } : {}),
      ...(back && asked.state ? { state: asked.state } : {}),
    });
    // Without a hint nobody knows whose browser this is: the wallet asks.
    if (!hint) return Reply.see(`${parts.wallet}/sign-out?${onward}`);
    if (back) return Reply.see(`${parts.wallet}/signed-out?${onward}`);
    // A server calling by itself (the national reference proxy does) wants a plain answer.
    return String(request.headers.accept ?? "").includes("text/html")
      ? Reply.see(`${parts.wallet}/signed-out?${onward}`)
      : new Reply({ status: 200, body: {} });
  };
  const path = `${realmPath}${endpoints.end_session}`;
  const about = "RP-initiated logout.";
  return [
    defineRoute({ method: "GET", path, about, who: "anyone", page: true, query: logout, handle: (request) => handle(request, request.query) }),
    defineRoute({ method: "POST", path, about, who: "anyone", page: true, body: logout, handle: (request) => handle(request, request.body) }),
  ];
}

const onward = z.object({
  client_id: z.string().max(128).optional(),
  back: z.string().max(2000).optional(),
  state: z.string().max(2000).optional(),
  lang: z.string().max(2).optional(),
});

/** Routes of the wallet's listener: a person's own sign-ins, and the ways out. */
export function signOutRoutes(parts: SignOutParts): readonly Route[] {
  const cookieName = `${parts.cookiePrefix}_session`;
  const cleared: readonly Cookie[] = [
    { name: cookieName, value: "", maxAge: 0 },
    { name: `${cookieName}.sig`, value: "", maxAge: 0 },
  ];
  const current = async (request: Request): Promise<{ session: OpenSession; name: string; nationalId: string } | undefined> => {
    const session = await parts.sessions.ofCookie(request.cookies[cookieName]);
    const person = session && (await parts.people.findSubject(session.subject));
    return session && person ? { session, name: `${person.givenName} ${person.familyName}`, nationalId: person.nationalId } : undefined;
  };
  const afterwards = async (asked: z.output<typeof onward>): Promise<string | undefined> => {
    const client = asked.client_id ? await parts.clients.find(asked.client_id) : undefined;
    if (!asked.back || !client?.metadata.post_logout_redirect_uris.includes(asked.back)) return undefined;
    const to = new URL(asked.back);
    if (asked.state) to.searchParams.set("state", asked.state);
    return to.href;
  };
  const names = async (): Promise<ReadonlyMap<string, Text>> => new Map((await parts.clients.list(parts.store)).map((client) => [client.id, client.name]));
  return [
    defineRoute({
      method: "GET",
      path: "/",
      about: "A person's own sign-ins.",
      who: "anyone",
      page: true,
      async handle(request) {
        const open = await current(request);
        const signIns = open ? await parts.traces.ofPerson(parts.store, open.nationalId) : [];
        return Reply.html(buildHomePage(parts.frame(request.language), request.language, { person: open?.name, signIns, names: await names() }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/sign-out",
      about: "Asks before signing out.",
      who: "anyone",
      page: true,
      query: onward,
      async handle(request) {
        const open = await current(request);
        const frame = parts.frame(request.language);
        if (open) return Reply.html(buildSignOutPage(frame, request.language, open.name));
        const to = await afterwards(request.query);
        return to ? Reply.see(to, cleared) : Reply.html(buildSignedOutPage(frame, request.language), { cookies: cleared });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/signed-out",
      about: "Clears the cookie of an ended session and leads back to the service.",
      who: "anyone",
      page: true,
      query: onward,
      async handle(request) {
        // Only a session that is over loses its cookie: a link alone signs nobody out.
        const cookies = (await current(request)) ? [] : cleared;
        const to = await afterwards(request.query);
        return to ? Reply.see(to, cookies) : Reply.html(buildSignedOutPage(parts.frame(request.language), request.language), { cookies });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sign-out",
      about: "Signs out in this browser.",
      who: "anyone",
      page: true,
      async handle(request) {
        const open = await current(request);
        if (open) await parts.sessions.end(open.session);
        return Reply.see("/signed-out", cleared);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sign-out-everywhere",
      about: "Ends every session of the person.",
      who: "anyone",
      page: true,
      async handle(request) {
        const open = await current(request);
        if (open) for (const session of await parts.sessions.ofSubject(open.session.subject)) await parts.sessions.end(session);
        return Reply.see("/signed-out", cleared);
      },
    }),
  ];
}
