// Irreversible acts: proposed by one named person, confirmed or refused by another; urgent ones reviewed afterwards.
import { type Html, html, textArea } from "@cercle/pages";
import { tell } from "../file/file-life.ts";
import { badge, capital, type Words } from "../words.ts";

export type DecisionView = {
  readonly reference: string;
  readonly kind: string;
  readonly file_reference: string | null;
  readonly clause: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly state: "proposed" | "confirmed" | "refused" | "expired";
  readonly urgent: boolean;
  readonly proposed_by: string;
  readonly proposed_at: string;
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly review_due: string | null;
  readonly reviewed_by: string | null;
  readonly review_outcome: "upheld" | "lifted" | null;
  readonly review_reason: string | null;
};

/** Names of accounts by their key. */
export type Names = (key: string | null) => string;

export function buildDecisionsPage(words: Words, decisions: readonly DecisionView[], names: Names, which: "open" | "all"): Html {
  const { t } = words;
  const chip = (id: "open" | "all"): Html =>
    html`<li><a href="/decisions?which=${id}"${id === which ? html` aria-current="page"` : ""}>${t(`portal.decisions.${id}`)}</a></li>`;
  const rows = decisions.map(
    (decision) =>
      html`<tr><td>${stateOf(words, decision)}</td><th scope="row"><a href="/decisions/${decision.reference}">${nameOf(words, decision)}</a></th><td>${decision.file_reference ? html`<a href="/files/${decision.file_reference}">${decision.file_reference}</a>` : ""}</td><td data-label="${t("portal.decisions.by")}">${names(decision.proposed_by)}</td><td data-label="${t("portal.decisions.until")}">${words.moment(decision.review_due ?? decision.expires_at)}</td></tr>`,
  );
  const list =
    rows.length === 0
      ? html`<p class="empty">${t("portal.decisions.empty")}</p>`
      : html`<div class="board"><table aria-label="${t("portal.decisions.title")}"><thead><tr><th scope="col">${t("portal.files.state")}</th><th scope="col">${t("portal.work.what")}</th><th scope="col">${t("portal.work.file")}</th><th scope="col">${t("portal.decisions.by")}</th><th scope="col">${t("portal.decisions.until")}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
  return html`<h1>${t("portal.decisions.title")}</h1><p class="soft">${t("portal.decisions.lead")}</p><ul class="chips">${chip("open")}${chip("all")}</ul>${list}`;
}

const nameOf = (words: Words, decision: DecisionView): string => {
  const act = decision.facts.type;
  return capital(words.named("decision", decision.kind, typeof act === "string" ? act : decision.kind));
};

function stateOf(words: Words, decision: DecisionView): Html {
  if (decision.urgent && decision.review_outcome === null) return badge("soon", words.t("portal.decisions.to-review"));
  const kinds = { proposed: "soon", confirmed: "open", refused: "shut", expired: "still" } as const;
  return badge(kinds[decision.state], words.t(`portal.decisions.state.${decision.state}`));
}

/** `mine`: the reader proposed it, so that another person must answer. */
export function buildDecisionPage(words: Words, decision: DecisionView, names: Names, { mine, mayAnswer }: { mine: boolean; mayAnswer: boolean }): Html {
  const { t } = words;
  const row = (label: string, value: Html | string | null): Html | "" => (value === null || value === "" ? "" : html`<dt>${label}</dt><dd>${value}</dd>`);
  const facts = Object.entries(decision.facts).map(([name, value]) => row(words.named("fact", name), tell(words, value)));
  const file = decision.file_reference ? html`<a href="/files/${decision.file_reference}">${decision.file_reference}</a>` : null;
  return html`<p class="soft small"><a href="/decisions">${t("portal.decisions.title")}</a> · ${decision.reference}</p><h1>${nameOf(words, decision)}</h1><p>${stateOf(words, decision)}</p>
<section class="card"><dl>${row(t("portal.work.file"), file)}${row(t("portal.work.article"), decision.clause)}${row(t("portal.decisions.reason"), decision.reason)}${row(t("portal.decisions.by"), `${names(decision.proposed_by)}, ${words.moment(decision.proposed_at)}`)}${row(t("portal.decisions.until"), words.moment(decision.review_due ?? decision.expires_at))}${decision.decided_at ? row(t("portal.decisions.decided"), `${names(decision.decided_by)}, ${words.moment(decision.decided_at)}`) : ""}${row(t("portal.decisions.review"), decision.review_reason)}${facts}</dl></section>
${answerForms(words, decision, mine, mayAnswer)}`;
}

function answerForms(words: Words, decision: DecisionView, mine: boolean, mayAnswer: boolean): Html | "" {
  const { t } = words;
  const reviewing = decision.urgent && decision.review_outcome === null;
  if (!mayAnswer || (decision.state !== "proposed" && !reviewing)) return "";
  if (mine) return html`<p class="notice">${t("portal.decisions.mine")}</p>`;
  const base = `/decisions/${decision.reference}`;
  const reason = textArea({ name: "reason", label: t("portal.decisions.why"), required: true, maximum: 2000 });
  if (reviewing) {
    return html`<form method="post" action="${base}/review" class="card stack">${reason}<div class="actions"><button class="btn main" name="outcome" value="upheld">${t("portal.decisions.uphold")}</button><button class="btn bad" name="outcome" value="lifted">${t("portal.decisions.lift")}</button></div></form>`;
  }
  return html`<section class="card stack"><h2>${t("portal.decisions.your-turn")}</h2><p>${t("portal.decisions.irreversible")}</p><form method="post" action="${base}/confirm"><button class="btn main">${t("portal.decisions.confirm")}</button></form></section>
<form method="post" action="${base}/refuse" class="card stack">${reason}<button class="btn bad">${t("portal.decisions.refuse")}</button></form>`;
}
