// The pages themselves: what the API answered, in words.
import { choice, field, type Html, html } from "@cercle/pages";
import type { Act, Incident, Indicators, Mailbox, Quarantined, Queued, State, User } from "./ports.ts";
import type { Key, Words } from "./words.ts";

const places = [
  ["", "mail-console.state"],
  ["/mailboxes", "mail-console.mailboxes"],
  ["/queue", "mail-console.queue"],
  ["/incidents", "mail-console.watch"],
  ["/indicators", "mail-console.indicators"],
  ["/custody", "mail-console.custody"],
] as const satisfies readonly (readonly [string, Key])[];
export type At = (typeof places)[number][0];

const megabyte = 1024 * 1024;
const soonDays = 60;
const mostRows = 200;

export function buildFrame({ t }: Words, domain: string, at: At, title: string, body: Html, problem?: string): Html {
  const tabs = places.map(([path, key]) => html`<a href="/mail/${domain}${path}"${path === at ? html` aria-current="page"` : ""}>${t(key)}</a>`);
  return html`<div class="head"><div><p class="soft small">${domain}</p><h1>${title}</h1></div></div><nav class="tabs" aria-label="${t("mail-console.places")}">${tabs}</nav>${problem ? html`<p class="because" role="alert">${problem}</p>` : ""}${body}`;
}

export function buildOperators({ t }: Words, operators: readonly { domain: string }[]): Html {
  return html`<h1>${t("mail-console.operators")}</h1>${operators.length === 0 ? html`<p class="empty">${t("mail-console.none")}</p>` : html`<section class="card"><ul class="rows">${operators.map(({ domain }) => html`<li><a href="/mail/${domain}">${domain}</a></li>`)}</ul></section>`}`;
}

export function buildState({ t, moment }: Words, { domain, partners, certificate, ...counts }: State): Html {
  const row = (label: string, value: number, about: string, wrong = false): Html =>
    html`<li><span>${label} <span class="soft small">${about}</span></span><span class="state ${wrong ? "shut" : "open"}">${value}</span></li>`;
  const list = partners.generatedAt ? t("mail-console.whitelist.of", { date: moment(partners.generatedAt) }) : t("mail-console.whitelist.none");
  const until = t("mail-console.certificate.until", { date: moment(certificate.until), serial: certificate.serial });
  return html`${partners.alarm ? html`<p class="because" role="alert">${t("mail-console.alarm", { reason: partners.alarm })}</p>` : ""}${certificate.days < soonDays ? html`<p class="because">${t("mail-console.certificate.soon")}</p>` : ""}
<section class="card"><ul class="rows">${row(t("mail-console.mailboxes"), counts.mailboxes, t("mail-console.full", { count: counts.full }))}${row(t("mail-console.waiting"), counts.waiting, t("mail-console.failed", { count: counts.failed }))}${row(t("mail-console.quarantine"), counts.quarantined, "", counts.quarantined > 0)}${row(t("mail-console.whitelist"), partners.domains, list, partners.alarm !== undefined)}${row(t("mail-console.certificate"), certificate.days, until, certificate.days < soonDays)}</ul></section>`;
}

export function buildMailboxes({ t }: Words, domain: string, mailboxes: readonly Mailbox[]): Html {
  const rows = mailboxes.map(
    ({ address, kind, used_bytes, quota_bytes }) =>
      html`<tr><th scope="row"><a href="/mail/${domain}/mailboxes/${address}">${address}</a></th><td>${t(`mail-console.kind.${kind}`)}</td><td>${t("mail-console.of", { used: Math.ceil(used_bytes / megabyte), quota: Math.round(quota_bytes / megabyte) })}${used_bytes >= quota_bytes ? html` <span class="state shut">${t("mail-console.is-full")}</span>` : ""}</td></tr>`,
  );
  const kinds = (["personal", "organisational", "applicative"] as const).map((kind) => [kind, t(`mail-console.kind.${kind}`)] as const);
  return html`<div class="stack"><div class="board"><table aria-label="${t("mail-console.mailboxes")}"><thead><tr><th scope="col">${t("mail-console.address")}</th><th scope="col">${t("mail-console.kind")}</th><th scope="col">${t("mail-console.space")}</th></tr></thead><tbody>${rows}</tbody></table></div>
<form method="post" action="/mail/${domain}/mailboxes" class="card stack"><h2>${t("mail-console.add")}</h2>${field({ name: "address", label: t("mail-console.address"), required: true, autocomplete: "off", inputmode: "email" })}${choice({ name: "kind", label: t("mail-console.kind"), options: kinds })}${field({ name: "responsible", label: t("mail-console.responsible"), autocomplete: "off" })}<div class="actions"><button class="btn main">${t("mail-console.add-go")}</button></div></form></div>`;
}

type OneMailbox = { readonly box: Mailbox; readonly users: readonly (User & { name: string })[]; readonly acts: readonly (Act & { name: string })[] };

export function buildMailbox({ t, moment, act, holder: nameHolder }: Words, domain: string, { box, users, acts }: OneMailbox): Html {
  const here = `/mail/${domain}/mailboxes/${box.address}`;
  const people = users.map(
    ({ holder, name, may_send }) =>
      html`<li><span>${name}${may_send ? "" : html` <span class="soft small">${t("mail-console.reads-only")}</span>`}</span><form method="post" action="${here}"><input type="hidden" name="holder" value="${holder}"><button class="btn" name="act" value="withdraw" aria-label="${t("mail-console.withdraw", { name })}">${t("mail-console.withdraw-go")}</button></form></li>`,
  );
  const told = acts
    .slice(0, mostRows)
    .map(({ name, what, at }) => html`<tr><th scope="row">${nameHolder(name)}</th><td>${act(what)}</td><td class="soft small">${moment(at)}</td></tr>`);
  const column = (key: Key): Html => html`<th scope="col">${t(key)}</th>`;
  return html`<div class="stack"><section class="card stack"><h2>${t("mail-console.users")}</h2>${people.length === 0 ? html`<p class="empty">${t("mail-console.users.none")}</p>` : html`<ul class="rows">${people}</ul>`}<form method="post" action="${here}" class="filters">${field({ name: "holder", label: t("mail-console.allow"), required: true, autocomplete: "off" })}<button class="btn" name="act" value="allow">${t("mail-console.allow-go")}</button></form></section>
<section class="card stack"><h2>${t("mail-console.space")}</h2><p>${t("mail-console.of", { used: Math.ceil(box.used_bytes / megabyte), quota: Math.round(box.quota_bytes / megabyte) })}</p><form method="post" action="${here}" class="filters">${field({ name: "megabytes", label: t("mail-console.quota"), value: String(Math.round(box.quota_bytes / megabyte)), required: true, inputmode: "numeric" })}<button class="btn" name="act" value="quota">${t("mail-console.quota-go")}</button></form></section>
<section><h2>${t("mail-console.acts")}</h2>${told.length === 0 ? html`<p class="empty">${t("mail-console.acts.none")}</p>` : html`<div class="board"><table aria-label="${t("mail-console.acts")}"><thead><tr>${column("mail-console.who")}${column("mail-console.what")}${column("mail-console.when")}</tr></thead><tbody>${told}</tbody></table></div>`}</section>
<form method="post" action="${here}" class="card stack"><p><label class="tick"><input type="checkbox" name="confirm" value="1" required> <span>${t("mail-console.confirm")}. ${t("mail-console.remove")}</span></label></p><div class="actions"><button class="btn" name="act" value="remove">${t("mail-console.remove-go")}</button></div></form></div>`;
}

export function buildQueue({ t, moment }: Words, domain: string, queued: readonly Queued[]): Html {
  if (queued.length === 0) return html`<p class="empty">${t("mail-console.queue.none")}</p>`;
  const look = { waiting: "soon", sent: "open", failed: "shut" } as const;
  const rows = queued.slice(0, mostRows).map(({ id, sender, recipient, state, attempts, last_reply, next_at }) => {
    const button = (act: "retry" | "cancel"): Html =>
      html`<button class="btn" name="act" value="${act}" aria-label="${t("mail-console.about", { act: t(`mail-console.${act}`), address: recipient })}">${t(`mail-console.${act}`)}</button>`;
    const acts =
      state === "waiting"
        ? html`<form method="post" action="/mail/${domain}/queue"><input type="hidden" name="id" value="${id}"><div class="actions">${button("retry")}${button("cancel")}</div></form>`
        : "";
    return html`<tr><th scope="row">${sender}<br>${recipient}</th><td><span class="state ${look[state]}">${t(`mail-console.queue.${state}`)}</span>${state === "waiting" ? html`<br><span class="soft small">${t("mail-console.tries", { count: attempts, date: moment(next_at) })}</span>` : ""}</td><td class="small">${last_reply ?? ""}</td><td>${acts}</td></tr>`;
  });
  return html`<div class="board"><table aria-label="${t("mail-console.queue")}"><thead><tr><th scope="col">${t("mail-console.from-to")}</th><th scope="col">${t("mail-console.state")}</th><th scope="col">${t("mail-console.reply")}</th><th scope="col">${t("mail-console.do")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

export function buildIncidents(
  { t, moment, incident }: Words,
  domain: string,
  { incidents, quarantined }: { incidents: readonly Incident[]; quarantined: readonly Quarantined[] },
): Html {
  const here = `/mail/${domain}/incidents`;
  const open = incidents.map(({ id, kind, identified_at, due_at, reported_at }) => {
    const state = reported_at ? t("mail-console.reported", { date: moment(reported_at) }) : t("mail-console.due", { date: moment(due_at) });
    const buttons = (["email", "telephone"] as const).map(
      (channel) => html`<button class="btn" name="channel" value="${channel}">${t(`mail-console.report.${channel}`)}</button>`,
    );
    const form = reported_at
      ? ""
      : html`<form method="post" action="${here}"><input type="hidden" name="id" value="${id}"><div class="actions">${buttons}</div></form>`;
    return html`<li><span>${incident(kind)} <span class="soft small">${moment(identified_at)}, ${state}</span></span>${form}</li>`;
  });
  const kept = quarantined.map(
    ({ digest, at, sender, recipients, found }) =>
      html`<li><span>${found} <span class="soft small">${sender} → ${recipients.slice(0, 5).join(", ")}, ${moment(at)}</span></span><form method="post" action="${here}"><input type="hidden" name="digest" value="${digest}"><button class="btn">${t("mail-console.discard")}</button></form></li>`,
  );
  return html`<div class="stack"><section class="card"><h2>${t("mail-console.watch")}</h2>${open.length === 0 ? html`<p class="empty">${t("mail-console.incidents.none")}</p>` : html`<ul class="rows">${open}</ul>`}</section>
<section class="card"><h2>${t("mail-console.quarantine")}</h2><p class="soft small">${t("mail-console.quarantine.lead")}</p>${kept.length === 0 ? html`<p class="empty">${t("mail-console.quarantine.none")}</p>` : html`<ul class="rows">${kept}</ul>`}</section></div>`;
}

export function buildIndicators({ t, step, number }: Words, month: string, shown: Indicators): Html {
  const row = (label: string, value: string | number): Html => html`<li><span>${label}</span><strong>${value}</strong></li>`;
  return html`<form method="get" class="filters">${field({ name: "month", label: t("mail-console.month"), value: month, type: "month", required: true })}<button class="btn">${t("mail-console.see")}</button></form>
<section class="card"><ul class="rows">${row(t("mail-console.availability"), `${number(shown.availability)} %`)}${Object.entries(shown.messages).map(([what, count]) => row(step(what), count))}${row(t("mail-console.documents"), shown.with_documents)}${row(t("mail-console.receipts"), shown.receipts)}${row(t("mail-console.sign-ins"), shown.sign_ins)}${row(t("mail-console.median"), shown.delivery_seconds_median === null ? "—" : number(shown.delivery_seconds_median))}</ul></section>`;
}
