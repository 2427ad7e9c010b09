// The sandbox's outbox as a page: what would have gone to telephones and mailboxes.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { eCpsTexts } from "../texts.ts";
import type { Messages } from "./messages.ts";

export function outboxRoute({
  store,
  messages,
  frame,
  timeZone,
}: {
  store: Store;
  messages: Messages;
  frame(language: Language, actor: Actor): Frame;
  timeZone: string;
}): Route {
  return defineRoute({
    method: "GET",
    path: "/outbox",
    about: "Sandbox: messages that would have been sent.",
    who: "anyone",
    page: true,
    async handle({ language, actor }) {
      const t = (key: keyof typeof eCpsTexts): string => say(eCpsTexts[key], language);
      const list = await messages.list(store);
      const at = new Intl.DateTimeFormat(language, { dateStyle: "short", timeStyle: "medium", timeZone });
      return Reply.html(
        buildPage(frame(language, actor), {
          title: t("e-cps.outbox.title"),
          refresh: 5,
          main: html`<h1>${t("e-cps.outbox.title")}</h1><p>${t("e-cps.outbox.lead")}</p>
${list.length === 0 ? html`<p class="notice">${t("e-cps.outbox.empty")}</p>` : ""}
${list.map((message) => html`<article class="card"><p class="soft small">${t(`e-cps.outbox.${message.channel}`)} · ${message.to} · ${at.format(message.createdAt.epochMilliseconds)}</p><p>${message.text}</p></article>`)}
<p><a class="btn" href="/app">${t("e-cps.outbox.back")}</a></p>`,
        }),
      );
    },
  });
}
