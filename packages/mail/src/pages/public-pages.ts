// Public pages and documents of mail: what a refusal means, the whitelist and its history.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Agency } from "../agency/agency.ts";
import type { Publisher } from "../agency/publisher.ts";
import { refusalGuide } from "../gateway/smtp-refusal.ts";
import { mailTexts } from "../texts.ts";

export const guidePath = "/public/mail/refusals";
export const agreementPath = "/public/mail/agreement";

/** The agency's side: the list, its twin, those of the past. */
export function whitelistRoutes({ store, agency, publisher }: { store: Store; agency: Agency; publisher: Publisher }): readonly Route[] {
  const list = (path: string, about: string, type: string, pick: (list: { xml: string; jws: string }) => string): Route =>
    defineRoute({
      method: "GET",
      path,
      about,
      who: "anyone",
      perMinute: 6000,
      async handle() {
        const current = publisher.current();
        return new Reply({ body: current ? pick(current) : "", type, status: current ? 200 : 503 });
      },
    });
  return [
    list("/public/whitelist.xml", "The signed whitelist.", "application/xml; charset=utf-8", ({ xml }) => xml),
    list("/public/whitelist.jws", "Its JSON twin.", "application/jose", ({ jws }) => jws),
    defineRoute({
      method: "GET",
      path: "/public/whitelists",
      about: "The whitelists published so far: sequence, date, number of domains.",
      who: "anyone",
      handle: async () => (await agency.history(store)).map((row) => ({ ...row, generated_at: row.generated_at.toString() })),
    }),
    defineRoute({
      method: "GET",
      path: "/public/whitelists/:sequence",
      about: "A whitelist of the past, signed as it was.",
      who: "anyone",
      params: z.object({ sequence: z.coerce.number().int().min(0) }),
      async handle({ params }) {
        const found = await agency.published(store, params.sequence);
        return new Reply({ body: found?.xml ?? "", type: "application/xml; charset=utf-8", status: found ? 200 : 404 });
      },
    }),
  ];
}

/** An operator's side: what its users accept, and what its refusals mean. */
export function publicMailRoutes({
  frame,
  agreement,
}: {
  frame(language: Language, actor: Actor): Frame;
  /** Version of the evidence agreement in force. */
  agreement: string;
}): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: agreementPath,
      about: "The evidence agreement that users accept before first use.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const title = say(mailTexts["mail.agreement.title"], language);
        const text = say(mailTexts["mail.agreement.text"], language, { version: agreement });
        return Reply.html(buildPage(frame(language, actor), { title, main: html`<h1>${title}</h1><p>${text}</p>` }));
      },
    }),
    defineRoute({
      method: "GET",
      path: guidePath,
      about: "What each refusal of a mail server means.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const rows = Object.entries(refusalGuide).map(([key, text]) => html`<dt id="${key}"><code>${key}</code></dt><dd>${say(text, language)}</dd>`);
        const title = say(mailTexts["mail.guide.title"], language);
        return Reply.html(
          buildPage(frame(language, actor), { title, main: html`<h1>${title}</h1><p>${say(mailTexts["mail.guide.lead"], language)}</p><dl>${rows}</dl>` }),
        );
      },
    }),
  ];
}
