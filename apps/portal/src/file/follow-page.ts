// Three ways to follow a file: calendar, e-mail, signed calls with what became of each.
import { field, type Html, html } from "@cercle/pages";
import { badge, capital, type Words } from "../words.ts";

export type HookView = {
  readonly id: string;
  readonly url: string;
  readonly file: string | null;
  readonly deliveries: readonly DeliveryView[];
};
type DeliveryView = {
  readonly id: string;
  readonly kind: "entry-recorded" | "deadline-near" | "deadline-passed";
  readonly entry: number | null;
  readonly state: "delivered" | "waiting" | "given-up";
  readonly created_at: string;
  readonly tried: readonly { readonly failure: string | null }[];
};
export type RemindersView = {
  readonly by_mail: boolean;
  readonly relay: boolean;
  readonly sent: readonly {
    readonly last_day: string;
    readonly step: "week" | "eve" | "late";
    readonly about_fr: string;
    readonly about_en: string;
    readonly sent_at: string;
  }[];
};
export type FollowPage = {
  readonly reference: string;
  /** Where this portal is reached. */
  readonly origin: string;
  readonly reminders: RemindersView;
  readonly hooks: readonly HookView[];
  /** Shown once, right after it was made. */
  readonly secret?: string;
  readonly typed?: string;
  readonly refused?: string;
};

const kinds = { delivered: "open", waiting: "soon", "given-up": "shut" } as const;
const mostShown = 20;

export function buildFollow(words: Words, page: FollowPage): Html {
  const { t } = words;
  const { reference, hooks, secret, typed, refused } = page;
  // Whole, as an agenda takes it.
  const calendar = `${page.origin}/api/files/${reference}/calendar.ics`;
  return html`<h2>${t("portal.follow.title")}</h2><div class="stack">
<section class="card" aria-labelledby="calendar"><h3 id="calendar">${t("portal.follow.calendar")}</h3><p>${t("portal.follow.calendar-lead")}</p><p><a href="${calendar}"><code class="long">${calendar}</code></a></p></section>
${mail(words, page)}
<section class="card" aria-labelledby="hooks"><h3 id="hooks">${t("portal.follow.hooks")}</h3><p>${t("portal.follow.hooks-lead")}</p>${secret ? html`<p class="notice" role="status">${t("portal.follow.secret")}<br><code>${secret}</code></p>` : ""}${hooks.map((hook) => hookCard(words, reference, hook))}${refused ? html`<p class="notice bad" role="alert">${refused}</p>` : ""}<form method="post" action="/files/${reference}/follow/hooks" class="stack">${field({ name: "url", label: t("portal.follow.url"), hint: t("portal.follow.url-hint"), type: "url", required: true, value: typed ?? "" })}<button class="btn">${t("portal.follow.add")}</button></form></section></div>`;
}

function mail(words: Words, { reference, reminders }: FollowPage): Html {
  const { t } = words;
  const { by_mail, relay, sent } = reminders;
  const lines = sent
    .slice(0, mostShown)
    .map(
      (one) =>
        html`<li><span>${capital(words.language === "fr" ? one.about_fr : one.about_en)}<br><span class="small soft">${t(`portal.follow.${one.step}`)} · ${words.day(one.last_day)}</span></span><span class="small soft">${words.day(one.sent_at)}</span></li>`,
    );
  return html`<section class="card" aria-labelledby="mail"><h3 id="mail">${t("portal.follow.mail")}</h3><p>${t(by_mail ? "portal.follow.mail-on" : "portal.follow.mail-off")}</p>${relay ? "" : html`<p class="soft">${t("portal.follow.no-relay")}</p>`}<form method="post" action="/files/${reference}/follow/mail"><input type="hidden" name="by_mail" value="${by_mail ? "no" : "yes"}"><button class="btn">${t(by_mail ? "portal.follow.stop" : "portal.follow.start")}</button></form>${lines.length === 0 ? "" : html`<h4 class="small soft">${t("portal.follow.sent")}</h4><ul class="rows">${lines}</ul>`}</section>`;
}

function hookCard(words: Words, reference: string, { id, url, deliveries }: HookView): Html {
  const { t } = words;
  const button = (verb: string, label: string, fields: Html | ""): Html =>
    html`<form method="post" action="/files/${reference}/follow/hooks/${id}/${verb}">${fields}<button class="btn">${label}</button></form>`;
  const line = (one: DeliveryView): Html => {
    const failure = one.tried.at(-1)?.failure;
    const again = button("replay", t("portal.follow.again"), html`<input type="hidden" name="delivery" value="${one.id}">`);
    return html`<li><span>${badge(kinds[one.state], t(`portal.follow.${one.state}`))} ${t(`portal.follow.${one.kind}`, { entry: one.entry ?? "" })}<br><span class="small soft">${words.moment(one.created_at)}${failure && one.state !== "delivered" ? html` · ${failure}` : ""}</span></span>${again}</li>`;
  };
  const log =
    deliveries.length === 0
      ? ""
      : html`<details><summary class="why">${t("portal.follow.deliveries", { count: deliveries.length })}</summary><ul class="rows">${deliveries.slice(0, mostShown).map(line)}</ul></details>`;
  return html`<div class="card"><p class="line"><code>${url}</code></p>${log}${button("end", t("portal.follow.end"), "")}</div>`;
}
