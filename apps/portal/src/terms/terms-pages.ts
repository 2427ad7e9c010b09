// The terms of each instrument as people read them: versions, articles with their anchors, differences, who accepted what.
import type { ArticleChange, Run } from "@cercle/governance";
import { field, type Html, html, textArea } from "@cercle/pages";
import { badge, capital, type Words } from "../words.ts";

type Bilingual = { readonly fr: string; readonly en: string };
export type VersionHead = {
  readonly version: string;
  readonly state: "announced" | "in-force" | "replaced";
  readonly in_force_on: string;
  readonly announced_at: string;
  readonly digest: string;
  readonly title: Bilingual;
};
export type TermsOf = { readonly instrument: string; readonly name: string; readonly versions: readonly VersionHead[] };
export type TermsText = VersionHead & {
  readonly instrument: string;
  readonly before: string | null;
  readonly articles: readonly { readonly number: string; readonly title: Bilingual; readonly text: Bilingual }[];
};
export type AcceptanceView = {
  readonly version: string;
  readonly at: string;
  readonly entry: number;
  readonly type: string;
  readonly named: boolean;
  readonly article: string | null;
};
export type Rule = { readonly article: string; readonly by: "announcement" | "amendment" } | undefined;

const kinds = { "in-force": "open", announced: "soon", replaced: "still" } as const;
const since = { "in-force": "portal.terms.since", announced: "portal.terms.from", replaced: "portal.terms.was" } as const;

export const termsAddress = (instrument: string, version?: string): string => `/terms/${instrument}${version ? `/${version}` : ""}`;
export const articleAnchor = (number: string): string => `article-${number}`;

const stateOf = (words: Words, { state, in_force_on }: VersionHead): Html =>
  html`${badge(kinds[state], words.t(`portal.terms.${state}`))} <span class="soft small">${words.t(since[state], { day: words.day(in_force_on) })}</span>`;

export function buildTermsList(words: Words, all: readonly TermsOf[]): Html {
  const { t } = words;
  const card = ({ instrument, name, versions }: TermsOf): Html => {
    const id = `t-${instrument}`;
    const lines = versions
      .toReversed()
      .map(
        (head) =>
          html`<li><span><a href="${termsAddress(instrument, head.version)}">${t("portal.terms.version", { version: head.version })}</a><br>${stateOf(words, head)}</span></li>`,
      );
    return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${capital(name)}</h2>${lines.length === 0 ? html`<p class="soft">${t("portal.terms.none")}</p>` : html`<ul class="rows">${lines}</ul>`}</section>`;
  };
  return html`<h1>${t("portal.terms.title")}</h1><p class="lead">${t("portal.terms.lead")}</p><div class="stack">${all.map(card)}</div>`;
}

export function buildTermsText(
  words: Words,
  text: TermsText,
  { rule, all, officer, agency }: { rule: Rule; all: readonly VersionHead[]; officer: boolean; agency: boolean },
): Html {
  const { t, language } = words;
  const soon = text.state === "in-force" ? all.find(({ state }) => state === "announced") : undefined;
  const notice = soon
    ? html`<p class="notice" role="status">${t("portal.terms.soon", { version: soon.version, day: words.day(soon.in_force_on) })} <a href="${termsAddress(text.instrument, soon.version)}/differences">${t("portal.terms.changes")}</a></p>`
    : "";
  const actions = html`<div class="actions">${text.before ? html`<a class="btn" href="${termsAddress(text.instrument, text.version)}/differences">${t("portal.terms.changes-since", { version: text.before })}</a>` : ""}${agency ? html`<a class="btn" href="${termsAddress(text.instrument)}/acceptances">${t("portal.terms.acceptances")}</a>` : ""}${officer ? html`<a class="btn main" href="${termsAddress(text.instrument)}/new">${t("portal.terms.announce")}</a>` : ""}</div>`;
  const contents = html`<nav class="card screen" aria-labelledby="contents"><h2 id="contents">${t("portal.terms.articles")}</h2><ul class="plain columns">${text.articles.map(({ number, title }) => html`<li><a href="#${articleAnchor(number)}">${number} · ${title[language]}</a></li>`)}</ul></nav>`;
  const articles = text.articles.map(
    ({ number, title, text: words_ }) =>
      html`<section class="article" aria-labelledby="${articleAnchor(number)}"><h2 id="${articleAnchor(number)}"><a class="anchor" href="#${articleAnchor(number)}" title="${t("portal.terms.anchor", { number })}">${number}</a> ${title[language]}</h2><p>${words_[language]}</p></section>`,
  );
  const versions = html`<section class="card" aria-labelledby="versions"><h2 id="versions">${t("portal.terms.all")}</h2><ul class="rows">${all.toReversed().map((head) => html`<li><span><a href="${termsAddress(text.instrument, head.version)}"${head.version === text.version ? html` aria-current="page"` : ""}>${t("portal.terms.version", { version: head.version })}</a></span><span>${stateOf(words, head)}</span></li>`)}</ul></section>`;
  return html`<div class="head"><div><p class="small"><a href="/terms">${t("portal.terms.title")}</a></p><h1>${text.title[language]}</h1><p>${badge(kinds[text.state], t("portal.terms.version", { version: text.version }))} ${stateOf(words, text)}</p></div>${actions}</div>${notice}${contents}<div class="prose">${articles}</div>${versions}
<section class="card small"><p>${rule ? t(`portal.terms.by-${rule.by}`, { article: rule.article }) : ""}</p><p class="soft">${t("portal.terms.digest")} <code class="long">${text.digest}</code></p></section>`;
}

export function buildDifferences(words: Words, text: TermsText, { from, articles }: { from: string; articles: readonly ArticleChange[] }): Html {
  const { t, language } = words;
  const changed = articles.filter(({ change }) => change !== "same");
  const same = articles.filter(({ change }) => change === "same").map(({ number }) => number);
  const state = { changed: "soon", added: "open", removed: "shut" } as const;
  const section = ({ number, change, title, text: runs }: ArticleChange): Html =>
    html`<section class="article" aria-labelledby="${articleAnchor(number)}"><h2 id="${articleAnchor(number)}">${number} ${runs_(title)}</h2>${change === "same" ? "" : badge(state[change], t(`portal.terms.${change}`))}<p>${runs_(runs)}</p></section>`;
  return html`<p class="small"><a href="${termsAddress(text.instrument, text.version)}">${text.title[language]}, ${t("portal.terms.version", { version: text.version })}</a></p><h1>${t("portal.terms.changes-since", { version: from })}</h1><p class="lead">${t("portal.terms.changes-lead", { from, to: text.version })}</p><p>${stateOf(words, text)}</p><div class="prose">${changed.length === 0 ? html`<p class="empty">${t("portal.terms.nothing")}</p>` : changed.map(section)}</div>${same.length > 0 ? html`<p class="soft small">${t("portal.terms.same", { list: same.join(", ") })}</p>` : ""}`;
}

/** Words, underlined or struck and between marks: what changed is read without any colour. */
const runs_ = (runs: readonly Run[]): Html =>
  html`${runs.map(({ kind, text }) => (kind === "same" ? html`${text}` : kind === "added" ? html`<ins><b>[+</b> ${text.trimEnd()}<b>]</b></ins> ` : html`<del><b>[−</b> ${text.trimEnd()}<b>]</b></del> `))}`;

export function buildAcceptances(
  words: Words,
  { name, rows, about }: { name: string; rows: readonly { file: string; acceptances: readonly AcceptanceView[] }[]; about: (type: string) => string },
): Html {
  const { t } = words;
  const lines = rows.flatMap(({ file, acceptances }) =>
    acceptances
      .toReversed()
      .map(
        (found) =>
          html`<tr><th scope="row"><a href="/files/${file}">${file}</a></th><td data-label="${t("portal.terms.accepted")}">${found.version}${found.named ? "" : html`<br><span class="small soft">${t("portal.terms.of-its-day")}</span>`}</td><td data-label="${t("portal.terms.how")}">${capital(about(found.type))}</td><td data-label="${t("portal.terms.when")}">${words.moment(found.at)}</td><td data-label="${t("portal.terms.proof")}"><a href="/files/${file}#entry-${found.entry}">${t("portal.file.entry", { seq: found.entry })}</a></td></tr>`,
      ),
  );
  const heads = (["file", "accepted", "how", "when", "proof"] as const).map((key) => html`<th scope="col">${t(`portal.terms.${key}`)}</th>`);
  const table =
    lines.length === 0
      ? html`<p class="empty">${t("portal.terms.no-acceptance")}</p>`
      : html`<div class="board"><table aria-labelledby="who"><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table></div>`;
  return html`<p class="small"><a href="/terms">${t("portal.terms.title")}</a> · ${capital(name)}</p><h1 id="who">${t("portal.terms.acceptances")}</h1><p class="lead">${t("portal.terms.acceptances-lead")}</p>${table}`;
}

export type Draft = Readonly<Record<string, string>>;

/** The form of a new version: every article of the newest one to be changed, one more to be added. */
export function buildTermsForm(words: Words, newest: TermsText, typed: Draft, refused: string | undefined): Html {
  const { t, language } = words;
  const value = (name: string, known: string): string => typed[name] ?? known;
  const four = (number: string, title: Bilingual, text: Bilingual): Html =>
    html`${(["fr", "en"] as const).map((tongue) => html`${field({ name: `title_${tongue}:${number}`, label: t(`portal.terms.field.title-${tongue}`), value: value(`title_${tongue}:${number}`, title[tongue]) })}${textArea({ name: `text_${tongue}:${number}`, label: t(`portal.terms.field.text-${tongue}`), value: value(`text_${tongue}:${number}`, text[tongue]), maximum: 6000 })}`)}`;
  const empty = { fr: "", en: "" };
  const articles = newest.articles.map(
    ({ number, title, text }) =>
      html`<details class="card"><summary>${t("portal.terms.article", { number })} · ${title[language]}</summary><div class="stack">${four(number, title, text)}</div></details>`,
  );
  return html`<p class="small"><a href="${termsAddress(newest.instrument, newest.version)}">${newest.title[language]}</a></p><h1>${t("portal.terms.announce")}</h1><p class="lead">${t("portal.terms.announce-lead")}</p>${refused ? html`<p class="notice bad" role="alert">${refused}</p>` : ""}<form method="post" action="${termsAddress(newest.instrument)}/new" class="stack">
<section class="card stack">${field({ name: "version", label: t("portal.terms.field.version"), hint: t("portal.terms.field.version-hint"), required: true, value: value("version", "") })}${field({ name: "in_force_on", label: t("portal.terms.field.day"), hint: t("portal.terms.field.day-hint"), type: "date", required: true, value: value("in_force_on", "") })}</section>
${articles}<details class="card"${typed["number:new"] ? html` open` : ""}><summary>${t("portal.terms.new-article")}</summary><div class="stack">${field({ name: "number:new", label: t("portal.terms.field.number"), value: value("number:new", "") })}${field({ name: "after:new", label: t("portal.terms.after"), value: value("after:new", newest.articles.at(-1)?.number ?? "") })}${four("new", empty, empty)}</div></details>
<div class="actions"><button class="btn main">${t("portal.terms.send")}</button><a class="btn" href="${termsAddress(newest.instrument, newest.version)}">${t("portal.terms.back")}</a></div></form>`;
}

/** What was typed as a document; articles without any text are left out. */
export function readDraft(newest: TermsText, typed: Draft): object {
  const said = (name: string): string => (typed[name] ?? "").trim();
  const article = (number: string, key: string) => ({
    number,
    title: { fr: said(`title_fr:${key}`), en: said(`title_en:${key}`) },
    text: { fr: said(`text_fr:${key}`), en: said(`text_en:${key}`) },
  });
  const kept = newest.articles.map(({ number }) => article(number, number)).filter(({ text }) => text.fr !== "" || text.en !== "");
  if (said("number:new") !== "") {
    const place = kept.findIndex(({ number }) => number === said("after:new"));
    kept.splice(place === -1 ? kept.length : place + 1, 0, article(said("number:new"), "new"));
  }
  return { version: said("version"), in_force_on: said("in_force_on"), title: newest.title, articles: kept };
}

export type BindingView = { readonly instrument: string; readonly binding: AcceptanceView | null; readonly versions: readonly VersionHead[] };

/** On a file's page: which version binds it, since when, by which entry. */
export function buildBinding(words: Words, { instrument, binding, versions }: BindingView): Html | "" {
  if (versions.length === 0) return "";
  const { t } = words;
  const soon = versions.find(({ state }) => state === "announced");
  const known = binding && versions.some(({ version }) => version === binding.version);
  const bound = binding
    ? html`<p>${known ? html`<a href="${termsAddress(instrument, binding.version)}">${t("portal.terms.version", { version: binding.version })}</a>` : t("portal.terms.version", { version: binding.version })} <span class="small soft">${words.day(binding.at)} · <a href="#entry-${binding.entry}">${t("portal.file.entry", { seq: binding.entry })}</a></span></p>`
    : html`<p class="soft">${t("portal.terms.unbound")}</p>`;
  const news = soon
    ? html`<p class="small">${t("portal.terms.soon", { version: soon.version, day: words.day(soon.in_force_on) })} <a href="${termsAddress(instrument, soon.version)}/differences">${t("portal.terms.changes")}</a></p>`
    : "";
  return html`<section class="card" aria-labelledby="binding"><h2 id="binding">${t("portal.terms.binding")}</h2>${bound}${news}<p class="small"><a href="${termsAddress(instrument)}">${t("portal.terms.all")}</a></p></section>`;
}
