// The card's page: TLS with the card as client certificate, in front of the sign-in service and of the e-CPS's activation.
// Rules, in order: a certificate was shown; it is worth a person's presence (the PKI's verdict); what was asked is done, or the
// refusal is a page that says why and what to do.
import { type Language, Refusal, say, type Text } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route, type RouteRequest } from "@cercle/web";
import { z } from "zod";
import { cardErrors } from "./errors.ts";
import type { CardDoors, CardVerdict } from "./ports.ts";
import { keptBack, noneTodo, reasonWords } from "./sign-in-reasons.ts";
import { cardTexts } from "./texts.ts";

type Request = RouteRequest<unknown, unknown, unknown>;
type Person = Extract<CardVerdict, { kind: "card-authentication" }>;
type Facts = { readonly language: Language; readonly again: string; readonly otherWay?: string };

const uidParams = z.object({ uid: z.string().regex(/^[\w-]{10,80}$/) });

/** Routes of one environment's card listener. */
export function cardSignInRoutes({ doors, frame }: { doors: CardDoors; frame(language: Language, actor: Actor): Frame }): readonly Route[] {
  const t = (key: keyof typeof cardTexts, language: Language): string => say(cardTexts[key], language);
  const page = (language: Language, title: string, main: Html, status = 200): Reply =>
    Reply.html(buildPage({ ...frame(language, { kind: "nobody" }), nav: [] }, { title, main: html`<div class="login stack"><h1>${title}</h1>${main}</div>` }), {
      status,
    });

  const refusalPage = (refusal: Refusal, { language, again, otherWay }: Facts): Reply => {
    const todo = refusal instanceof CardRefusal ? refusal.todo : refusal.code === "card.no-certificate" ? noneTodo : [];
    const kept = refusal.code === "card.no-certificate" ? keptBack : [];
    const main = html`<p class="notice bad" role="alert">${say(refusal.text, language, refusal.params)}</p>
${kept.length > 0 ? html`<section class="card stack"><h2>${t("card.sign-in.kept-back", language)}</h2><ul>${kept.map(({ why, todo: then }) => html`<li><strong>${why[language]}</strong> ${then[0]?.[language] ?? ""}</li>`)}</ul></section>` : ""}
${todo.length > 0 ? html`<section class="card stack"><h2>${t("card.sign-in.what-to-do", language)}</h2><ul>${todo.map((text) => html`<li>${text[language]}</li>`)}</ul></section>` : ""}
<p class="row"><a class="btn main" href="${again}">${t("card.sign-in.again", language)}</a>${otherWay ? html`<a class="btn" href="${otherWay}">${t("card.sign-in.other-way", language)}</a>` : ""}</p>`;
    return page(language, t(titleOf(refusal), language), main, refusal.status);
  };

  /** A browser gets a page, a program the refusal itself. */
  const asPage = async (request: Request, facts: Facts, work: () => Promise<Reply>): Promise<Reply> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal) || !request.headers.accept?.includes("text/html")) throw error;
      return refusalPage(error, facts);
    }
  };
  const judge = async ({ certificate }: Request): Promise<CardVerdict> => {
    if (!certificate) throw cardErrors.refuse("card.no-certificate");
    return doors.verify(certificate);
  };
  const person = (verdict: CardVerdict): Person => {
    if (verdict.ok && verdict.kind === "card-authentication") return verdict;
    throw new CardRefusal(verdict.ok ? "wrong-purpose" : verdict.reason);
  };

  return [
    defineRoute({
      method: "GET",
      path: "/sign-in/:uid",
      about: "Signs in with the card of this connection, and goes back to the sign-in that began.",
      who: "anyone",
      page: true,
      params: uidParams,
      handle(request) {
        const { uid } = request.params;
        const facts = { language: request.language, again: `/sign-in/${uid}`, otherWay: doors.otherWay(uid) };
        return asPage(request, facts, async () => {
          const verdict = await judge(request);
          // Refused there too, and traced there; the words are this page's own.
          const address = await doors.signIn(uid, verdict).catch((error: unknown) => {
            person(verdict);
            throw error;
          });
          return Reply.see(address);
        });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/e-cps",
      about: "Activates the e-CPS of this card's holder: a code of ninety seconds for a telephone (e-CPS 3.1).",
      who: "anyone",
      page: true,
      handle: (request) =>
        asPage(request, { language: request.language, again: "/e-cps" }, async () => {
          const { nationalId } = person(await judge(request));
          return doors.linkTelephone({ nationalId, language: request.language });
        }),
    }),
    defineRoute({
      method: "GET",
      path: "/",
      about: "Tries a card: whether it can sign its holder in, or why not.",
      who: "anyone",
      page: true,
      handle: (request) =>
        asPage(request, { language: request.language, again: "/" }, async () => {
          const { nationalId, serial } = person(await judge(request));
          const { language } = request;
          return page(
            language,
            t("card.sign-in.good", language),
            html`<p>${t("card.sign-in.good-lead", language)}</p>
<section class="card"><dl><dt>${t("card.page.person", language)}</dt><dd><code>${nationalId}</code></dd><dt>${t("card.page.serial", language)}</dt><dd><code>${serial}</code></dd></dl></section>
<p><a class="btn" href="/e-cps">${t("card.sign-in.e-cps", language)}</a></p>`,
          );
        }),
    }),
  ];
}

/** With its reason, and what its holder can do. */
class CardRefusal extends Refusal {
  readonly todo: readonly Text[];

  constructor(reason: keyof typeof reasonWords) {
    const { why, todo } = reasonWords[reason];
    super("card.refused", cardErrors.declarations["card.refused"], { params: why });
    this.todo = todo;
  }
}

/** By the refusal's code: other rooms' included. */
function titleOf({ code }: Refusal): keyof typeof cardTexts {
  if (code === "card.no-certificate") return "card.sign-in.none";
  if (code === "card.refused") return "card.sign-in.refused";
  return code.endsWith(".no-person") || code.endsWith(".unknown-person") ? "card.sign-in.no-person" : "card.sign-in.stopped";
}
