// Pages and API of accounts: enrolment by invitation, sign-in and out, API keys.
import { type Id, isId, type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, type Cookie, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { type Accounts, maximumKeyDays, type Role, roles } from "./accounts.ts";
import { accountsErrors } from "./errors.ts";
import type { Passkeys } from "./passkeys.ts";
import { accountsTexts, nameRole } from "./texts.ts";

const finish = z.object({ ceremony: z.string().max(60), response: z.unknown() });
const token = z.object({ token: z.string().max(80) });
const role = z.enum(roles);

export type AccountsSurface = {
  store: Store;
  accounts: Accounts;
  passkeys: Passkeys;
  cookieName: string;
  frame(language: Language, actor: Actor): Frame;
  /** Base address of the portal, for invitation links. */
  origin(): string;
};

export function accountsRoutes({ store, accounts, passkeys, cookieName, frame, origin }: AccountsSurface): readonly Route[] {
  const t = (language: Language, key: keyof typeof accountsTexts, params = {}): string => say(accountsTexts[key], language, params);
  const cookie = (value: string, maxAge: number): Cookie => ({ name: cookieName, value, maxAge });
  const invited = async (given: string) => {
    const account = await accounts.findInvitation(given);
    if (!account) throw accountsErrors.refuse("accounts.bad-invitation");
    return account;
  };
  const ceremonyPage = (language: Language, actor: Actor, page: { title: string; lead: string; button: string; kind: string; at: string }): Reply =>
    Reply.html(
      buildPage(frame(language, actor), {
        title: page.title,
        scripts: ["/assets/passkey.js"],
        main: html`<h1>${page.title}</h1><p>${page.lead}</p>
<section class="card stack"><button class="btn main" type="button" data-passkey="${page.kind}" data-at="${page.at}" hidden>${page.button}</button>
<p role="alert" class="notice bad" data-failed hidden>${t(language, "accounts.failed")}</p><noscript><p class="notice">${t(language, "accounts.no-script")}</p></noscript></section>`,
      }),
    );
  const own = (actor: Actor): Id<"account"> => {
    if (actor.kind === "account" && isId<"account">(actor.id)) return actor.id;
    throw accountsErrors.refuse("accounts.no-account");
  };

  return [
    defineRoute({
      method: "GET",
      path: "/sign-in",
      about: "Sign-in with a passkey.",
      who: "anyone",
      page: true,
      handle: async ({ language, actor }) =>
        ceremonyPage(language, actor, {
          title: t(language, "accounts.sign-in.title"),
          lead: t(language, "accounts.sign-in.lead"),
          button: t(language, "accounts.sign-in.button"),
          kind: "sign-in",
          at: "/sign-in",
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/sign-in/start",
      about: "Starts a sign-in.",
      who: "anyone",
      page: true,
      perMinute: 60,
      handle: () => passkeys.startSignIn(),
    }),
    defineRoute({
      method: "POST",
      path: "/sign-in/finish",
      about: "Ends a sign-in: a session cookie.",
      who: "anyone",
      page: true,
      perMinute: 60,
      body: finish,
      async handle({ body }) {
        const session = await store.transaction(async (tx) => accounts.startSession(tx, await passkeys.finishSignIn(tx, body.ceremony, body.response)));
        return new Reply({ body: { next: "/" }, cookies: [cookie(session, 36_000)] });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sign-out",
      about: "Ends the session.",
      who: "anyone",
      page: true,
      async handle({ cookies }) {
        const session = cookies[cookieName];
        if (session) await accounts.endSession(session);
        return Reply.see("/", [cookie("", 0)]);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/enrol/:token",
      about: "Page of an invitation.",
      who: "anyone",
      page: true,
      perMinute: 60,
      params: token,
      async handle({ params, language, actor }) {
        const account = await invited(params.token);
        return ceremonyPage(language, actor, {
          title: t(language, "accounts.enrol.title"),
          lead: t(language, "accounts.enrol.lead", { name: account.name }),
          button: t(language, "accounts.enrol.button"),
          kind: "enrol",
          at: `/enrol/${params.token}`,
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/enrol/:token/start",
      about: "Starts the enrolment of a passkey.",
      who: "anyone",
      page: true,
      perMinute: 60,
      params: token,
      handle: async ({ params }) => passkeys.startEnrolment(await invited(params.token)),
    }),
    defineRoute({
      method: "POST",
      path: "/enrol/:token/finish",
      about: "Registers the passkey, uses the invitation up and starts a session.",
      who: "anyone",
      page: true,
      perMinute: 60,
      params: token,
      body: finish,
      async handle({ params, body }) {
        const session = await store.transaction(async (tx) => {
          const account = await accounts.takeInvitation(tx, params.token);
          await passkeys.finishEnrolment(tx, account, body.ceremony, body.response);
          return accounts.startSession(tx, account.id);
        });
        return new Reply({ body: { next: "/" }, cookies: [cookie(session, 36_000)] });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/account",
      about: "One's own account.",
      who: [...roles],
      page: true,
      handle: async ({ language, actor }) =>
        Reply.html(
          buildPage(frame(language, actor), {
            title: t(language, "accounts.me.title"),
            main: html`<h1>${actor.kind === "account" ? actor.name : ""}</h1>
<section class="card"><dl><dt>${t(language, "accounts.me.roles")}</dt><dd>${actor.kind === "account" ? actor.roles.map((one) => nameRole(one, language)).join(", ") : ""}</dd></dl></section>
<form method="post" action="/sign-out"><button class="btn">${t(language, "accounts.me.sign-out")}</button></form>`,
          }),
        ),
    }),
    defineRoute({
      method: "GET",
      path: "/api/accounts",
      about: "Accounts.",
      who: ["officer"],
      handle: () => accounts.list(),
    }),
    defineRoute({
      method: "POST",
      path: "/api/accounts",
      about: "Invites a named person; the link is shown once and works once.",
      who: ["officer"],
      body: z.object({ name: z.string().trim().min(2).max(120), email: z.email().optional(), roles: z.array(role).min(1) }),
      async handle({ body }) {
        const { email, ...person } = body;
        const { account, token: invitation } = await store.transaction((tx) => accounts.invite(tx, { ...person, ...(email ? { email } : {}) }));
        return { account, link: `${origin()}/enrol/${invitation}` };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/accounts/:id",
      about: "Disables an account and ends its sessions.",
      who: ["officer"],
      params: z.object({ id: z.uuid() }),
      handle: ({ params }) => store.transaction((tx) => accounts.disable(tx, params.id as Id<"account">)),
    }),
    defineRoute({
      method: "GET",
      path: "/api/keys",
      about: "One's own API keys, without the keys themselves.",
      who: [...roles],
      handle: async ({ actor }) =>
        (await accounts.listApiKeys(own(actor))).map((key) => ({
          ...key,
          expires_at: key.expires_at.toString(),
          revoked_at: key.revoked_at?.toString() ?? null,
        })),
    }),
    defineRoute({
      method: "POST",
      path: "/api/keys",
      about: "Makes an API key bound to one account, one role and an expiry; the key is shown once. The operator of the machine names the account.",
      who: [...roles],
      body: z.object({ role, label: z.string().trim().min(1).max(80), days: z.number().int().min(1).max(maximumKeyDays), account: z.uuid().optional() }),
      handle: ({ body, actor }) =>
        store.transaction((tx) =>
          accounts.createApiKey(tx, {
            account: actor.kind === "operator" ? (body.account as Id<"account">) : own(actor),
            role: body.role as Role,
            label: body.label,
            days: body.days,
          }),
        ),
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/keys/:id",
      about: "Withdraws an API key, at once.",
      who: [...roles],
      params: z.object({ id: z.uuid() }),
      handle: ({ params, actor }) => store.transaction((tx) => accounts.revokeApiKey(tx, own(actor), params.id)),
    }),
  ];
}
