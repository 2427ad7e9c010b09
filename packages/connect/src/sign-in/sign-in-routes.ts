// The sign-in pages on the wallet origin.
import { randomUUID } from "node:crypto";
import { type Language, say } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import { type Cookie, defineRoute, Reply, type Route, type RouteRequest } from "@cercle/web";
import { z } from "zod";
import type { Maintenance } from "../availability/availability.ts";
import { connectErrors } from "../errors.ts";
import type { Professional } from "../ports.ts";
import { connectTexts } from "../texts.ts";
import type { MeansDesk } from "./other-means.ts";
import { buildIdentifierPage, buildMovingPage, buildOpenSessionPage, buildOutcomePage, buildWaitPage, type OutcomeState, type PageFacts } from "./pages.ts";
import type { Interaction, Problem, SignIn } from "./sign-in.ts";

const uidParams = z.object({ uid: z.string().regex(/^[\w-]{10,80}$/) });
const languageQuery = z.object({ lang: z.enum(["fr", "en"]).optional(), again: z.string().max(1).optional() });
const identifierForm = z.object({ identifier: z.string().max(80), stamp: z.string().max(200).default(""), shared: z.literal("yes").optional() });

type Request = RouteRequest<{ uid: string }, unknown, unknown>;

export function signInRoutes({
  signIn,
  frame,
  automation,
  markShared,
  offered,
  maintenance,
}: {
  signIn: SignIn;
  frame(language: Language): Frame;
  /** The sandbox's operator authorises automatic sign-ins: said on the page. */
  automation: boolean;
  markShared(interaction: Interaction): Promise<void>;
  offered: MeansDesk["offered"];
  maintenance(): Promise<readonly Maintenance[]>;
}): readonly Route[] {
  const opened = async (request: Request) => {
    const found = await signIn.open(request.params.uid, request.cookies);
    const { interaction, client } = found;
    const asked = (request.query as { lang?: Language } | undefined)?.lang;
    const language = asked ?? (request.cookies.cercle_language ? request.language : (signIn.languageOf(interaction) ?? request.language));
    const seen = request.cookies[signIn.browserCookie];
    const browser: Cookie[] = seen ? [] : [{ name: signIn.browserCookie, value: randomUUID(), maxAge: 3600, path: "/login" }];
    const cookies: Cookie[] = asked ? [{ name: "cercle_language", value: asked, maxAge: 31_536_000 }] : [];
    const facts: PageFacts = { frame: frame(language), language, service: { name: client.name, purpose: client.purpose } };
    return { ...found, language, facts, cookies: [...cookies, ...browser] };
  };
  type Opened = Awaited<ReturnType<typeof opened>>;
  const identifierPage = async ({ interaction, facts, cookies }: Opened, given?: { typed: string; problem: string }): Promise<Reply> => {
    const open = await signIn.openSessionOf(interaction);
    return Reply.html(
      buildIdentifierPage({
        ...facts,
        uid: interaction.uid,
        stamp: signIn.makeStamp(interaction.uid),
        automation,
        others: offered(interaction.uid),
        maintenance: await maintenance(),
        ...(open ? { open: nameOf(open.person) } : {}),
        ...(given ?? (typeof interaction.params.login_hint === "string" ? { typed: interaction.params.login_hint.slice(0, 80) } : {})),
      }),
      { status: given ? 422 : 200, cookies },
    );
  };
  const step = (name: string, about: string, handle: (request: Request) => Promise<Reply>): Route =>
    defineRoute({ method: "POST", path: `/login/:uid/${name}`, about, who: "anyone", page: true, params: uidParams, handle });
  const moving = async (request: Request, returnTo: string): Promise<Reply> => {
    const { language } = await opened(request).catch(() => ({ language: request.language }));
    return Reply.html(buildMovingPage(frame(language), language, returnTo));
  };

  return [
    defineRoute({
      method: "GET",
      path: "/login/:uid",
      about: "Sign-in: whose session is open, or who are you.",
      who: "anyone",
      page: true,
      params: uidParams,
      query: languageQuery,
      async handle(request) {
        const at = await opened(request);
        const { interaction, facts, cookies } = at;
        if (interaction.prompt.name === "confirm") {
          const open = await signIn.openSessionOf(interaction);
          if (open) {
            const page = { ...facts, uid: interaction.uid, person: nameOf(open.person), identifier: open.person.nationalId };
            return Reply.html(buildOpenSessionPage(page), { cookies });
          }
        }
        if (!request.query.again && at.attempt && !at.attempt.used_at) return Reply.see(`/login/${interaction.uid}/wait`, cookies);
        return identifierPage(at);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/login/:uid/e-cps",
      about: "Asks the e-CPS of the identifier typed.",
      who: "anyone",
      page: true,
      params: uidParams,
      body: identifierForm,
      async handle(request) {
        const at = await opened(request);
        const { client, language } = at;
        const { identifier: typed, stamp, shared } = request.body;
        const browser = request.cookies[signIn.browserCookie] ?? request.params.uid;
        const software = String(request.headers["user-agent"] ?? "").slice(0, 300);
        const problem = await signIn.start({
          uid: request.params.uid,
          client,
          typed,
          stamp,
          shared: shared === "yes",
          place: request.address,
          browser,
          software,
        });
        if (!problem) return Reply.see(`/login/${request.params.uid}/wait`);
        return identifierPage(at, { typed, problem: describeProblem(problem, language) });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/login/:uid/wait",
      about: "The number to match; leads on once the person answered.",
      who: "anyone",
      page: true,
      params: uidParams,
      query: languageQuery,
      async handle(request) {
        const at = await opened(request);
        const { interaction, facts, cookies } = at;
        const { state, attempt, returnTo } = await signIn.look(at);
        if (returnTo) return Reply.see(returnTo);
        if (!attempt) return Reply.see(`/login/${interaction.uid}`);
        if (state !== "pending") return Reply.html(buildOutcomePage({ ...facts, uid: interaction.uid, state: outcomeOf(state) }), { cookies });
        const secondsLeft = Math.max(0, Math.round((attempt.expires_at.epochMilliseconds - Date.now()) / 1000));
        const appLink = `/app/?request=${encodeURIComponent(attempt.approval_id)}&back=${encodeURIComponent(`/login/${interaction.uid}/wait`)}`;
        return Reply.html(buildWaitPage({ ...facts, uid: interaction.uid, number: attempt.number, secondsLeft, appLink }), { cookies });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/login/:uid/state",
      about: "How the request stands.",
      who: "anyone",
      page: true,
      params: uidParams,
      perMinute: 6000,
      async handle(request) {
        return { state: await signIn.peek(await signIn.open(request.params.uid, request.cookies)) };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/login/:uid/proven/:ticket",
      about: "Back from the page of another means, with the word that it left.",
      who: "anyone",
      page: true,
      params: uidParams.extend({ ticket: z.string().regex(/^[\w-]{32}$/) }),
      async handle(request) {
        return Reply.see(await signIn.finishProven(await opened(request), request.params.ticket, request.address));
      },
    }),
    step("again", "Sends the request again.", async (request) => {
      await signIn.again(await opened(request), request.address);
      return Reply.see(`/login/${request.params.uid}/wait`);
    }),
    step("confirm", "Goes on with the open session.", async (request) => moving(request, await signIn.confirm((await opened(request)).interaction))),
    step("shared", "This computer is shared: asks each time from now on, and goes on.", async (request) => {
      const { interaction } = await opened(request);
      await markShared(interaction);
      return moving(request, await signIn.confirm(interaction));
    }),
    step("other", "Not you: ends the open session.", async (request) => {
      const { interaction } = await opened(request);
      await signIn.other(interaction);
      return Reply.see(`/login/${request.params.uid}?again=1`);
    }),
    step("cancel", "Back to the service, without a sign-in.", async (request) => moving(request, await signIn.cancel((await opened(request)).interaction))),
  ];
}

function nameOf(person: Professional): string {
  return `${person.givenName} ${person.familyName}`.trim();
}

function outcomeOf(state: string): OutcomeState {
  if (state === "refused" || state === "wrong-number" || state === "blocked") return state;
  if (state === "expired") return state;
  throw connectErrors.refuse("connect.attempt-over");
}

function describeProblem({ code, typed }: Problem, language: Language): string {
  return say(connectTexts[`connect.${code}`], language, { given: typed, id: typed, count: typed.replace(/\D/g, "").length });
}
