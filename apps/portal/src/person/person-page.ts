// A professional's own space: what concerns them, in one place, and what they may do about it.
import { choice, type Html, html, textArea } from "@cercle/pages";
import { badge, type Words } from "../words.ts";

export const dataRights = ["access", "rectification", "erasure", "objection", "limitation", "post-mortem", "card-lost"] as const;

export type PersonView = {
  readonly name: string;
  readonly nationalId: string;
  readonly profession: string | undefined;
  /** Newest first. */
  readonly received: readonly { readonly at: string; readonly service: string; readonly means: string; readonly place: string }[];
  readonly eCps: {
    readonly devices: readonly { readonly name: string | null; readonly state: "active" | "blocked" | "ended"; readonly activated_at: string }[];
    readonly closed: { readonly clause: string; readonly reference: string } | undefined;
    readonly terms: string | undefined;
  };
  readonly cards: readonly {
    readonly number: string;
    readonly type: string;
    readonly state: "active" | "early" | "blocked" | "revoked" | "expired";
    readonly until: string;
  }[];
  readonly boxes: readonly {
    readonly address: string;
    readonly kind: "personal" | "organisational" | "applicative";
    readonly responsible: boolean;
    readonly maySend: boolean;
    /** For who is responsible: the others who have access, and what they did. */
    readonly users: readonly string[];
    readonly acts: readonly { readonly at: string; readonly who: string; readonly what: string }[];
  }[];
  readonly application: string;
  readonly webmail: string;
};
export type Notice = { readonly sent?: string | undefined; readonly ended?: boolean | undefined };

const shownServices = 10;
const shownActs = 20;

export function buildWelcome(words: Words, left: boolean): Html {
  const { t } = words;
  return html`<h1>${t("portal.me.title")}</h1>${left ? html`<p class="notice good" role="status">${t("portal.me.left")}</p>` : ""}<p class="lead">${t("portal.me.lead")}</p><p class="actions"><a class="btn main" href="/me/sign-in">${t("portal.me.sign-in")}</a></p>`;
}

export function buildPersonPage(words: Words, view: PersonView, { sent, ended }: Notice): Html {
  const { t } = words;
  const notice = sent
    ? html`<p class="notice good" role="status">${t("portal.me.sent", { reference: sent })}</p>`
    : ended
      ? html`<p class="notice good" role="status">${t("portal.me.end-done")}</p>`
      : "";
  return html`<div class="head"><div><p class="soft small">${t("portal.me.title")}</p><h1>${view.name}</h1><p>${view.profession ? html`${view.profession} · ` : ""}<span class="soft">${t("portal.me.id")}</span> <code>${view.nationalId}</code></p></div><div class="actions"><a class="btn" href="/directory/person/${view.nationalId}">${t("portal.me.directory")}</a><form method="post" action="/me/sign-out"><button class="btn">${t("portal.me.sign-out")}</button></form></div></div>${notice}
<div class="grid"><div class="stack">${received(words, view)}${boxes(words, view)}</div><div class="stack">${eCps(words, view)}${cards(words, view)}${rights(words)}</div></div>`;
}

function received(words: Words, { received: all }: PersonView): Html {
  const { t } = words;
  const head = (["service", "when", "what", "means"] as const).map((key) => html`<th scope="col">${t(`portal.me.${key}`)}</th>`);
  const row = ({ at, service, means, place }: PersonView["received"][number]): Html =>
    html`<tr><th scope="row">${service}</th><td data-label="${t("portal.me.when")}">${words.moment(at)}</td><td data-label="${t("portal.me.what")}">${t("portal.me.claims")}</td><td data-label="${t("portal.me.means")}">${words.named("me.means", means)}${place ? html`<br><span class="small soft">${place}</span>` : ""}</td></tr>`;
  const table = (rows: PersonView["received"]): Html =>
    html`<div class="board"><table aria-labelledby="received"><thead><tr>${head}</tr></thead><tbody>${rows.map(row)}</tbody></table></div>`;
  const older = all.slice(shownServices);
  return html`<section aria-labelledby="received"><h2 id="received">${t("portal.me.received")}</h2><p class="soft">${t("portal.me.received-lead")}</p>${all.length === 0 ? html`<p class="empty">${t("portal.me.nobody")}</p>` : table(all.slice(0, shownServices))}${older.length === 0 ? "" : html`<details><summary class="why">${t("portal.me.more", { count: older.length })}</summary>${table(older)}</details>`}</section>`;
}

function eCps(words: Words, { eCps: { devices, closed, terms }, application }: PersonView): Html {
  const { t } = words;
  const kinds = { active: "open", blocked: "soon", ended: "still" } as const;
  const list = devices.map(
    ({ name, state, activated_at }) =>
      html`<li><span>${name ?? "e-CPS"}<br><span class="small soft">${t("portal.me.activated", { day: words.day(activated_at) })}</span></span>${badge(kinds[state], t(`portal.me.${state}`))}</li>`,
  );
  const stands = devices.some(({ state }) => state !== "ended");
  const end = stands
    ? html`<details><summary class="why">${t("portal.me.end")}</summary><p class="small">${t("portal.me.end-lead")}</p><form method="post" action="/me/e-cps/end"><button class="btn">${t("portal.me.end-yes")}</button></form></details>`
    : "";
  return html`<section class="card" aria-labelledby="e-cps"><h2 id="e-cps">${t("portal.me.e-cps")}</h2>${list.length === 0 ? html`<p class="soft">${t("portal.me.no-e-cps")}</p>` : html`<ul class="rows">${list}</ul>`}${closed ? html`<p class="notice">${t("portal.me.closed", closed)}</p>` : ""}${terms ? html`<p class="small">${t("portal.me.bound", { version: terms })} · <a href="/terms/e-cps-terms">${t("portal.me.terms")}</a></p>` : ""}<p class="actions"><a class="btn" href="${application}">${t("portal.me.application")}</a></p>${end}</section>`;
}

function cards(words: Words, { cards: all }: PersonView): Html {
  const { t } = words;
  const kinds = { active: "open", early: "soon", blocked: "soon", revoked: "shut", expired: "still" } as const;
  const list = all.map(
    ({ number, type, state, until }) =>
      html`<li><span>${t("portal.me.card", { type, number })}<br><span class="small soft">${t("portal.me.until", { day: words.day(until) })}</span></span>${badge(kinds[state], t(`portal.me.card.${state}`))}</li>`,
  );
  return html`<section class="card" aria-labelledby="cards"><h2 id="cards">${t("portal.me.cards")}</h2>${list.length === 0 ? html`<p class="soft">${t("portal.me.no-card")}</p>` : html`<ul class="rows">${list}</ul><p class="small soft">${t("portal.me.card-lost")}</p>`}</section>`;
}

function boxes(words: Words, { boxes: all, webmail }: PersonView): Html {
  const { t } = words;
  const box = ({ address, kind, responsible, maySend, users, acts }: PersonView["boxes"][number]): Html => {
    const facts = [t(`portal.me.kind.${kind}`), ...(responsible ? [t("portal.me.responsible")] : []), ...(maySend ? [] : [t("portal.me.reads-only")])];
    const others = users.length === 0 ? "" : html`<p class="small">${t("portal.me.users", { list: users.join(", ") })}</p>`;
    const log =
      acts.length === 0
        ? ""
        : html`<details><summary class="why">${t("portal.me.acts", { count: acts.length })}</summary><ul class="rows small">${acts.slice(0, shownActs).map(({ at, who, what }) => html`<li><span>${who} <code>${what}</code></span><span class="soft">${words.moment(at)}</span></li>`)}</ul></details>`;
    return html`<li><span><a href="/directory/mailbox/${encodeURIComponent(address)}"><code class="long">${address}</code></a><br><span class="small soft">${facts.join(" · ")}</span>${others}${log}</span></li>`;
  };
  return html`<section class="card" aria-labelledby="boxes"><h2 id="boxes">${t("portal.me.boxes")}</h2>${all.length === 0 ? html`<p class="soft">${t("portal.me.no-box")}</p>` : html`<ul class="rows">${all.map(box)}</ul><p class="actions"><a class="btn" href="${webmail}">${t("portal.me.webmail")}</a></p>`}</section>`;
}

function rights(words: Words): Html {
  const { t } = words;
  const options = dataRights.map((right) => [right, t(`portal.me.right.${right}`)] as const);
  return html`<section class="card" aria-labelledby="rights"><h2 id="rights">${t("portal.me.rights")}</h2><p class="small soft">${t("portal.me.rights-lead")}</p><form method="post" action="/me/requests" class="stack">${choice({ name: "right", label: t("portal.me.right"), options, required: true, value: "access" })}${textArea({ name: "text", label: t("portal.me.text"), required: true, maximum: 2000 })}<button class="btn">${t("portal.me.send")}</button></form></section>`;
}
