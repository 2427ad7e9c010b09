// A professional signs in as with any service, and finds what concerns them. The session is theirs alone: no account, no role.
import type { Language } from "@cercle/kernel";
import { buildPage, type Frame, type Html } from "@cercle/pages";
import { defineRoute, Reply, type Route, type RouteRequest } from "@cercle/web";
import { z } from "zod";
import { createWords } from "../words.ts";
import { buildPersonPage, buildWelcome, dataRights, type PersonView } from "./person-page.ts";

/** What the program hands over: the sign-in, and what the rooms know of one person. */
export type PersonSpace = {
  /** Leads to the identity provider; answers the cookie that the browser keeps until it comes back. */
  begin(): Promise<{ readonly location: string; readonly browser: string }>;
  /** Answers the session's secret. */
  finish(query: URLSearchParams, browser: string | undefined): Promise<string>;
  find(secret: string | undefined): Promise<{ readonly person: string; readonly name: string } | undefined>;
  end(secret: string): Promise<unknown>;
  read(person: string, language: Language): Promise<PersonView>;
  endECps(person: string): Promise<void>;
  /** A request to the agency, with its time of receipt; answers its reference. */
  ask(person: string, name: string, request: { readonly right: string; readonly text: string }): Promise<string>;
};

const signInSeconds = 600;

export function personPages({
  space,
  cookieName,
  sessionSeconds,
  timeZone,
  frame,
}: {
  space: PersonSpace;
  cookieName: string;
  sessionSeconds: number;
  timeZone: string;
  frame(language: Language): Frame;
}): readonly Route[] {
  const browserCookie = `${cookieName}_sign_in`;
  type Asked = Pick<RouteRequest<unknown, unknown, unknown>, "language" | "cookies">;
  const words = (language: Language) => createWords(language, timeZone);
  const show = ({ language }: Asked, title: string, main: Html, wide: boolean): Reply => {
    const framed = frame(language);
    return Reply.html(buildPage({ ...framed, otherLanguage: `?lang=${language === "fr" ? "en" : "fr"}` }, { title, main, wide }));
  };
  const act = (
    path: string,
    about: string,
    body: z.ZodType<Record<string, string>>,
    handle: (who: { person: string; name: string }, body: Record<string, string>) => Promise<string>,
  ): Route =>
    defineRoute({
      method: "POST",
      path,
      about,
      who: "anyone",
      page: true,
      perMinute: 20,
      body,
      async handle({ cookies, body: given }) {
        const who = await space.find(cookies[cookieName]);
        return Reply.see(who ? await handle(who, given) : "/me/sign-in");
      },
    });
  return [
    defineRoute({
      method: "GET",
      path: "/me",
      about: "A professional's own space, or the way in.",
      who: "anyone",
      page: true,
      query: z.object({ sent: z.string().max(20).optional(), ended: z.literal("1").optional(), left: z.literal("1").optional() }),
      async handle({ query, ...asked }) {
        const said = words(asked.language);
        const who = await space.find(asked.cookies[cookieName]);
        if (!who) return show(asked, said.t("portal.me.title"), buildWelcome(said, query.left === "1"), false);
        const view = await space.read(who.person, asked.language);
        return show(asked, said.t("portal.me.title"), buildPersonPage(said, view, { sent: query.sent, ended: query.ended === "1" }), true);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/me/sign-in",
      about: "Leads to the identity provider.",
      who: "anyone",
      page: true,
      perMinute: 60,
      async handle() {
        const { location, browser } = await space.begin();
        return Reply.see(location, [{ name: browserCookie, value: browser, maxAge: signInSeconds }]);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/me/back",
      about: "The way back from the identity provider.",
      who: "anyone",
      page: true,
      perMinute: 60,
      query: z.record(z.string().max(40), z.string().max(4000)),
      async handle({ query, cookies }) {
        const secret = await space.finish(new URLSearchParams(query), cookies[browserCookie]);
        return Reply.see("/me", [
          { name: cookieName, value: secret, maxAge: sessionSeconds },
          { name: browserCookie, value: "", maxAge: 0 },
        ]);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/me/sign-out",
      about: "Ends the session here.",
      who: "anyone",
      page: true,
      async handle({ cookies }) {
        const secret = cookies[cookieName];
        if (secret) await space.end(secret);
        return Reply.see("/me?left=1", [{ name: cookieName, value: "", maxAge: 0 }]);
      },
    }),
    act("/me/e-cps/end", "Deletes one's own e-CPS (e-CPS 12.1).", z.object({}), async ({ person }) => {
      await space.endECps(person);
      return "/me?ended=1";
    }),
    act(
      "/me/requests",
      "Exercises a right, or reports a card lost: an item of the agency's intake list.",
      z.object({ right: z.enum(dataRights), text: z.string().trim().min(3).max(2000) }),
      async ({ person, name }, { right = "", text = "" }) => `/me?sent=${await space.ask(person, name, { right, text })}`,
    ),
  ];
}
