// What anybody may read without an account: registers, how to verify and against whom it proves, a complaint.
import type { Verdict } from "@cercle/evidence";
import type { Temporal } from "@cercle/kernel";
import { field, type Html, html, searchField, textArea } from "@cercle/pages";
import { badge, type Words } from "../words.ts";
import { contains } from "../work/work-page.ts";

export type RegisterLine = { readonly name: string; readonly since: Temporal.Instant };

export function buildRegisterPage(words: Words, rows: readonly RegisterLine[], q: string): Html {
  const { t } = words;
  const shown = rows.filter((row) => contains(row.name, q));
  const answer =
    q === ""
      ? ""
      : html`<p class="notice ${shown.length > 0 ? "good" : "bad"}" role="status">${t(shown.length > 0 ? "portal.registers.found" : "portal.registers.not-found", { q })}</p>`;
  const list =
    rows.length === 0
      ? html`<p class="empty">${t("portal.registers.empty")}</p>`
      : html`<div class="board"><table aria-labelledby="operators"><thead><tr><th scope="col">${t("portal.files.party")}</th><th scope="col">${t("portal.registers.since")}</th></tr></thead><tbody>${shown.map((row) => html`<tr><th scope="row">${row.name}</th><td data-label="${t("portal.registers.since")}">${words.day(row.since.toString())}</td></tr>`)}</tbody></table></div>`;
  const feed = (extension: "json" | "csv" | "atom", label: string): Html => html`<li><a href="/public/registers/operators.${extension}">${label}</a></li>`;
  return html`<h1 id="operators">${t("portal.registers.title")}</h1><p class="lead">${t("portal.registers.lead")}</p>
<form class="filters" method="get" role="search">${searchField({ name: "q", label: t("portal.registers.search"), value: q })}<button class="btn">${t("portal.registers.look")}</button></form>${answer}${list}
<section class="card"><h2>${t("portal.registers.feeds")}</h2><p class="soft">${t("portal.registers.feeds-lead")}</p><ul class="chips">${feed("json", "JSON")}${feed("csv", "CSV")}${feed("atom", "Atom")}</ul></section>`;
}

export type HeadLine = { readonly size: number; readonly root: string; readonly at: string; readonly token?: string };
export type Checked = { readonly verdict: Verdict } | { readonly unreadable: true };

export function buildVerifyPage(words: Words, heads: readonly HeadLine[], outside: boolean, checked: Checked | undefined): Html {
  const { t } = words;
  const liars = (["party", "officer", "machine"] as const).map(
    (who) =>
      html`<tr><th scope="row">${t(`portal.verify.liar.${who}`)}</th><td data-label="${t("portal.verify.finds")}">${t(`portal.verify.finds.${who}`)}</td></tr>`,
  );
  const rows = heads.map(
    (head) =>
      html`<tr><th scope="row"><a href="/public/evidence/heads/${head.size}">${head.size}</a></th><td><code>${head.root.slice(0, 24)}…</code></td><td>${words.moment(head.at)}</td><td>${head.token ? badge("open", t("portal.verify.stamped")) : badge("soon", t("portal.verify.unstamped"))}</td></tr>`,
  );
  const table = html`<div class="board"><table aria-labelledby="heads"><thead><tr><th scope="col">${t("portal.verify.size")}</th><th scope="col">${t("portal.verify.root")}</th><th scope="col">${t("portal.verify.at")}</th><th scope="col">${t("portal.verify.stamp")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  const commands = ["evidence verify FILE.json --trust ca.pem", "evidence watch URL", "whitelist verify FILE"];
  return html`<h1>${t("portal.verify.title")}</h1><p class="lead">${t("portal.verify.lead")}</p>
<section class="card stack" aria-labelledby="check"><h2 id="check">${t("portal.verify.check")}</h2>${checked ? verdictOf(words, checked) : ""}<form method="post" action="/verify" class="stack">${textArea({ name: "proof", label: t("portal.verify.paste"), hint: t("portal.verify.paste-hint"), required: true, code: true })}<button class="btn main">${t("portal.verify.run")}</button></form><p class="small soft">${t("portal.verify.better")}</p><ul class="plain">${commands.map((command) => html`<li><code>${`npx --no-install cercle ${command}`}</code></li>`)}</ul></section>
<section aria-labelledby="liars"><h2 id="liars">${t("portal.verify.against")}</h2><p class="soft">${t("portal.verify.against-lead")}</p><div class="board"><table aria-labelledby="liars"><thead><tr><th scope="col">${t("portal.verify.who")}</th><th scope="col">${t("portal.verify.finds")}</th></tr></thead><tbody>${liars}</tbody></table></div><p class="notice${outside ? " good" : ""}">${t(outside ? "portal.verify.outside" : "portal.verify.inside")}</p></section>
<section aria-labelledby="heads"><h2 id="heads">${t("portal.verify.heads")}</h2><p class="soft">${t("portal.verify.heads-lead")}</p>${rows.length === 0 ? html`<p class="empty">${t("portal.verify.no-heads")}</p>` : table}<ul class="chips"><li><a href="/public/evidence/heads">${"JSON"}</a></li><li><a href="/public/evidence/heads.atom">${"Atom"}</a></li><li><a href="/public/evidence/timestamp-anchor">${t("portal.verify.anchor")}</a></li></ul></section>
<section class="card" aria-labelledby="logo"><h2 id="logo">${t("portal.verify.logo")}</h2><p>${t("portal.verify.logo-how")}</p><p class="actions"><a class="btn" href="/registers">${t("portal.nav.registers")}</a></p></section>
<section class="card" aria-labelledby="pdf"><h2 id="pdf">${t("portal.verify.pdf")}</h2><p>${t("portal.verify.pdf-how")}</p></section>`;
}

function verdictOf(words: Words, checked: Checked): Html {
  const { t } = words;
  if ("unreadable" in checked) return html`<p class="notice bad" role="status">${t("portal.verify.unreadable")}</p>`;
  const { verdict } = checked;
  if (verdict.verdict === "altered")
    return html`<div class="notice bad" role="status"><p><strong>${t("portal.verify.altered", { seq: verdict.first })}</strong></p><p class="small">${verdict.reason}</p></div>`;
  const last = verdict.heads.at(-1);
  const attested = last
    ? t("portal.verify.attested", { entry: last.entry, date: words.moment(last.at), signer: last.signer.slice(0, 16) })
    : t("portal.verify.unattested");
  const erased =
    verdict.verdict === "lawfully-erased"
      ? html`<p>${t("portal.verify.erased", { list: verdict.erased.map(({ seq, by }) => `${seq} (${by})`).join(", ") })}</p>`
      : "";
  return html`<div class="notice good" role="status"><p><strong>${t("portal.verify.intact", { entries: verdict.entries })}</strong></p>${erased}<p class="small">${attested}${verdict.unattested > 0 ? ` ${t("portal.verify.rest", { count: verdict.unattested })}` : ""}</p></div>`;
}

export function buildComplaintPage(words: Words, sent: string | undefined): Html {
  const { t } = words;
  if (sent)
    return html`<h1>${t("portal.complaint.sent")}</h1><p class="notice good" role="status">${t("portal.complaint.receipt", { reference: sent })}</p><p>${t("portal.complaint.next")}</p><p class="actions"><a class="btn" href="/">${t("portal.complaint.home")}</a></p>`;
  return html`<h1>${t("portal.complaint.title")}</h1><p class="lead">${t("portal.complaint.lead")}</p><form method="post" class="card stack">${field({ name: "subject", label: t("portal.complaint.subject"), hint: t("portal.complaint.subject-hint"), required: true })}${textArea({ name: "note", label: t("portal.complaint.what"), hint: t("portal.complaint.what-hint"), required: true, maximum: 4000 })}${field({ name: "from", label: t("portal.complaint.from"), hint: t("portal.complaint.from-hint"), required: true, autocomplete: "email" })}<button class="btn main">${t("portal.complaint.send")}</button></form><p class="small soft">${t("portal.complaint.data")}</p>`;
}
