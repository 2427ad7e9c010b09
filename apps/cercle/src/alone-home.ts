// The first page of an operator alone: who it is, and where its users and its administrators go.
import { say } from "@cercle/kernel";
import { buildPage, html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { homeTexts } from "./home-texts.ts";
import { describedRoutes, type PortalSurface } from "./portal.ts";

export function aloneRoutes({ frame, rows, routes, look }: PortalSurface, domain: string): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/",
      about: "Home of an operator alone.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const t = (key: keyof typeof homeTexts, params = {}): string => say(homeTexts[key], language, params);
        const webmail = rows.find(({ key }) => key === "webmail")?.value;
        const ways = [
          ...(webmail ? [{ href: webmail, id: "webmail" } as const] : []),
          { href: "/mail", id: "console" } as const,
          { href: "/public/mail/refusals", id: "refusals" } as const,
          { href: "/public/mail/agreement", id: "agreement" } as const,
        ];
        const title = t("program.alone.title", { domain });
        const main = html`<section class="hero"><h1>${title}</h1><p class="lead">${t("program.alone.lead")}</p></section>
<ul class="tiles">${ways.map(({ href, id }) => html`<li class="card"><h2><a href="${href}">${t(`program.alone.${id}`)}</a></h2><p class="soft">${t(`program.alone.${id}.about`)}</p></li>`)}</ul>`;
        return Reply.html(buildPage(frame(language, actor), { title, main, wide: true }));
      },
    }),
    ...describedRoutes({ routes, look }),
  ];
}
