// Custody: terms, legal holds, accesses to content, and what an open access shows.
import { field, type Html, html, textArea } from "@cercle/pages";
import type { Access, Custody, Hold, Reading, SeenMessage } from "./ports.ts";
import type { Key, Words } from "./words.ts";

const megabyte = 1024 * 1024;
const termNames = ["trash", "junk", "removed", "traces"] as const;

export type CustodyView = Custody & {
  /** Whoever reads the page, as decisions name persons. */
  readonly me: string;
  nameOf(holder: string): string;
};

export function buildCustody(words: Words, domain: string, view: CustodyView): Html {
  return html`<div class="stack">${buildAccesses(words, domain, view)}${buildHolds(words, domain, view)}${buildTerms(words, domain, view)}</div>`;
}

/** What waits for a second person: confirmed or refused by anybody but who asked. */
function settling({ t }: Words, domain: string, { decision, by, about }: { decision: string; by: string; about: string }, { me }: CustodyView): Html {
  if (by === me) return html`<p class="soft small">${t("mail-console.custody.second")}</p>`;
  const button = (act: "confirm" | "refuse"): Html =>
    html`<button class="btn${act === "confirm" ? " main" : ""}" name="act" value="${act}" aria-label="${t("mail-console.custody.about", { act: t(`mail-console.custody.${act}`), address: about })}">${t(`mail-console.custody.${act}`)}</button>`;
  return html`<form method="post" action="/mail/${domain}/custody"><input type="hidden" name="decision" value="${decision}"><div class="actions">${button("confirm")}${button("refuse")}</div></form>`;
}

function buildAccesses(words: Words, domain: string, view: CustodyView): Html {
  const { t, moment } = words;
  const rows = view.accesses.map((access) => {
    const look = { waiting: "soon", open: "open", ended: "shut" } as const;
    const mine = access.asked_by === view.me || access.opened_by === view.me;
    const who = access.opened_by ? `${view.nameOf(access.asked_by)}, ${view.nameOf(access.opened_by)}` : view.nameOf(access.asked_by);
    const close = html`<form method="post" action="/mail/${domain}/custody"><input type="hidden" name="id" value="${access.id}"><button class="btn" name="act" value="close" aria-label="${t("mail-console.custody.about", { act: t("mail-console.custody.close"), address: access.address })}">${t("mail-console.custody.close")}</button></form>`;
    const acts =
      access.state === "waiting"
        ? settling(words, domain, { decision: access.decision, by: access.asked_by, about: access.address }, view)
        : access.state === "open"
          ? html`<div class="actions">${mine ? html`<a class="btn" href="/mail/${domain}/accesses/${access.id}" aria-label="${t("mail-console.custody.about", { act: t("mail-console.custody.read"), address: access.address })}">${t("mail-console.custody.read")}</a>` : ""}${close}</div>`
          : "";
    return html`<tr><th scope="row">${access.address}<br><span class="soft small">${scopeOf(words, access)}</span></th><td><span class="state ${look[access.state]}">${t(`mail-console.custody.state.${access.state}`)}</span><br><span class="soft small">${t("mail-console.custody.until", { date: moment(access.ends_at) })}</span></td><td class="small">${who}<br>${access.reason}</td><td>${acts}</td></tr>`;
  });
  const column = (key: Key): Html => html`<th scope="col">${t(key)}</th>`;
  return html`<section class="stack"><h2>${t("mail-console.accesses")}</h2><p class="soft">${t("mail-console.accesses.lead")}</p>${rows.length === 0 ? html`<p class="empty">${t("mail-console.accesses.none")}</p>` : html`<div class="board"><table aria-label="${t("mail-console.accesses")}"><thead><tr>${column("mail-console.address")}${column("mail-console.state")}${column("mail-console.custody.why")}${column("mail-console.do")}</tr></thead><tbody>${rows}</tbody></table></div>`}
<details class="card"><summary>${t("mail-console.accesses.ask")}</summary><form method="post" action="/mail/${domain}/custody" class="stack">${field({ name: "address", label: t("mail-console.address"), required: true, autocomplete: "off", inputmode: "email" })}${textArea({ name: "reason", label: t("mail-console.custody.reason"), required: true, maximum: 1000 })}${field({ name: "ends_on", label: t("mail-console.custody.end"), type: "date", required: true })}${field({ name: "folder", label: t("mail-console.custody.folder"), autocomplete: "off" })}${field({ name: "since", label: t("mail-console.custody.since"), type: "date" })}${field({ name: "before", label: t("mail-console.custody.before"), type: "date" })}${field({ name: "message_id", label: t("mail-console.custody.message-id"), autocomplete: "off" })}<div class="actions"><button class="btn main" name="act" value="ask">${t("mail-console.custody.ask-go")}</button></div></form></details></section>`;
}

function scopeOf({ t, moment }: Words, { folder, since, before, message }: Access): string {
  const parts = [
    message ? t("mail-console.scope.message") : "",
    folder ? t("mail-console.scope.folder", { folder }) : "",
    since ? t("mail-console.scope.since", { date: moment(since) }) : "",
    before ? t("mail-console.scope.before", { date: moment(before) }) : "",
  ].filter(Boolean);
  return parts.join(", ") || t("mail-console.scope.all");
}

function buildHolds(words: Words, domain: string, view: CustodyView): Html {
  const { t, moment } = words;
  const rows = view.holds.map((hold) => {
    const lift = html`<details><summary>${t("mail-console.hold.lift")}</summary><form method="post" action="/mail/${domain}/custody" class="stack"><input type="hidden" name="id" value="${hold.id}">${reasonField(words, `lift-${hold.id}`, hold)}<button class="btn" name="act" value="lift">${t("mail-console.hold.lift-go")}</button></form></details>`;
    const waits = hold.decision
      ? html`${settling(words, domain, { decision: hold.decision, by: hold.lifting_by ?? "", about: hold.address }, view)}<p class="soft small">${t("mail-console.hold.lifting", { name: view.nameOf(hold.lifting_by ?? ""), reason: hold.lift_reason ?? "" })}</p>`
      : "";
    const state = hold.lifted_at
      ? html`<span class="state shut">${t("mail-console.hold.lifted", { date: moment(hold.lifted_at) })}</span>`
      : html`<span class="state soon">${t("mail-console.hold.in-force")}</span><br><span class="soft small">${t("mail-console.hold.kept", { count: hold.kept, size: Math.ceil(hold.kept_bytes / megabyte) })}</span>`;
    return html`<tr><th scope="row">${hold.address}<br><span class="soft small">${hold.reference}</span></th><td>${state}<br><span class="soft small">${t(hold.tell_owner ? "mail-console.hold.told" : "mail-console.hold.secret")}</span></td><td class="small">${view.nameOf(hold.placed_by)}, ${moment(hold.placed_at)}<br>${hold.reason}</td><td>${hold.lifted_at ? "" : html`${waits}${lift}`}</td></tr>`;
  });
  const column = (key: Key): Html => html`<th scope="col">${t(key)}</th>`;
  return html`<section class="stack"><h2>${t("mail-console.holds")}</h2><p class="soft">${t("mail-console.holds.lead")}</p>${rows.length === 0 ? html`<p class="empty">${t("mail-console.holds.none")}</p>` : html`<div class="board"><table aria-label="${t("mail-console.holds")}"><thead><tr>${column("mail-console.address")}${column("mail-console.state")}${column("mail-console.custody.why")}${column("mail-console.do")}</tr></thead><tbody>${rows}</tbody></table></div>`}
<details class="card"><summary>${t("mail-console.holds.place")}</summary><form method="post" action="/mail/${domain}/custody" class="stack">${plain("hold-address", "address", t("mail-console.address"))}${plain("hold-reference", "reference", t("mail-console.hold.reference"))}${plain("hold-reason", "reason", t("mail-console.custody.reason"))}<p><label class="tick"><input type="checkbox" name="secret" value="1"> <span>${t("mail-console.hold.secret-ask")}</span></label></p><div class="actions"><button class="btn main" name="act" value="hold">${t("mail-console.holds.place-go")}</button></div></form></details></section>`;
}

/** A line of a page that has several forms with the same names: its identifier is its own. */
const plain = (id: string, name: string, label: string): Html =>
  html`<div class="field"><label for="${id}">${label}</label><input id="${id}" name="${name}" required autocomplete="off" maxlength="1000"></div>`;

const reasonField = ({ t }: Words, id: string, { address }: Hold): Html => plain(id, "reason", t("mail-console.hold.lift-reason", { address }));

function buildTerms({ t, moment, number }: Words, domain: string, { retention }: CustodyView): Html {
  const fields = termNames.map((term) =>
    field({ name: term, label: t(`mail-console.term.${term}`), value: String(retention.days[term]), required: true, inputmode: "numeric" }),
  );
  const rows = retention.erased
    .slice(0, 20)
    .map(
      ({ at, rule, address, count }) =>
        html`<li><span>${t(`mail-console.erased.${rule}` as Key)} <span class="soft small">${address ? `${address}, ` : ""}${moment(at)}</span></span><strong>${number(count)}</strong></li>`,
    );
  return html`<section class="stack"><h2>${t("mail-console.terms")}</h2><p class="soft">${t("mail-console.terms.lead")}</p><form method="post" action="/mail/${domain}/custody" class="card stack">${fields}<div class="actions"><button class="btn main" name="act" value="terms">${t("mail-console.terms.go")}</button></div></form><h3>${t("mail-console.erased")}</h3>${rows.length === 0 ? html`<p class="empty">${t("mail-console.erased.none")}</p>` : html`<ul class="rows card">${rows}</ul>`}</section>`;
}

export function buildSeen(
  { t, moment }: Words,
  domain: string,
  { access, messages, page }: { access: string; messages: readonly SeenMessage[]; page: number },
): Html {
  const here = `/mail/${domain}/accesses/${access}`;
  const rows = messages.map(
    ({ folder_id, uid, folder, held, at, from, subject }) =>
      html`<tr><td class="soft small">${folder}${held ? html`<br><span class="state soon">${t("mail-console.seen.held")}</span>` : ""}</td><td>${from}</td><th scope="row"><a href="${here}/${folder_id}/${uid}">${subject || t("mail-console.seen.no-subject")}</a></th><td class="soft small">${moment(at)}</td></tr>`,
  );
  const column = (key: Key): Html => html`<th scope="col">${t(key)}</th>`;
  return html`<p class="because">${t("mail-console.seen.lead")}</p>${rows.length === 0 ? html`<p class="empty">${t("mail-console.seen.none")}</p>` : html`<div class="board"><table aria-label="${t("mail-console.seen")}"><thead><tr>${column("mail-console.seen.folder")}${column("mail-console.seen.from")}${column("mail-console.seen.subject")}${column("mail-console.when")}</tr></thead><tbody>${rows}</tbody></table></div>`}
<p class="actions"><a class="btn" href="/mail/${domain}/custody">${t("mail-console.custody")}</a>${messages.length === 50 ? html`<a class="btn" href="${here}?page=${page + 1}">${t("mail-console.seen.older")}</a>` : ""}</p>`;
}

export function buildReading({ t, moment }: Words, domain: string, access: string, reading: Reading): Html {
  const row = (label: string, value: string): Html | "" => (value ? html`<dt>${label}</dt><dd>${value}</dd>` : "");
  return html`<p class="because">${t("mail-console.seen.lead")}</p><article class="card stack"><dl>${row(t("mail-console.seen.from"), reading.from)}${row(t("mail-console.seen.to"), reading.to)}${row(t("mail-console.when"), moment(reading.at))}${row(t("mail-console.seen.files"), reading.files.join(", "))}</dl><p class="said">${reading.text || t("mail-console.seen.no-text")}</p></article><p class="actions"><a class="btn" href="/mail/${domain}/accesses/${access}">${t("mail-console.seen")}</a></p>`;
}
