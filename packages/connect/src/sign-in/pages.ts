// The pages of a sign-in, French first, without script but for the live wait. Pure: facts in, a document out.
import { type Language, say, type Text } from "@cercle/kernel";
import { buildPage, type Frame, field, type Html, html } from "@cercle/pages";
import type { Maintenance } from "../availability/availability.ts";
import { buildMaintenanceNotices } from "../availability/availability-page.ts";
import type { StoredSignIn } from "../clients/traces.ts";
import { connectTexts } from "../texts.ts";
import type { OtherMeans } from "./other-means.ts";

type Key = keyof typeof connectTexts;
type Service = { readonly name: Text; readonly purpose: Text };
export type PageFacts = { readonly frame: Frame; readonly language: Language; readonly service: Service };

const t = (language: Language, key: Key, params: Record<string, string | number> = {}): string => say(connectTexts[key], language, params);

/** The service's name and purpose, always in view. */
function head({ language, service }: PageFacts): Html {
  return html`<div><p class="soft" lang="${language}">${t(language, "connect.to")}</p><h1>${service.name[language]}</h1><p class="soft">${service.purpose[language]}</p></div>`;
}

function page(facts: PageFacts, main: Html, scripts: readonly string[] = []): string {
  const title = `${t(facts.language, "connect.title")} — ${facts.service.name[facts.language]}`;
  return buildPage(facts.frame, { title, scripts, main: html`<div class="login stack">${head(facts)}${main}</div>` });
}

const action = (uid: string, step: string): string => `/login/${uid}/${step}`;

function button(uid: string, step: string, label: string, kind = ""): Html {
  return html`<form method="post" action="${action(uid, step)}"><button class="btn ${kind}" type="submit">${label}</button></form>`;
}

export type IdentifierFacts = PageFacts & {
  readonly uid: string;
  readonly stamp: string;
  readonly typed?: string;
  readonly problem?: string;
  /** Whose session is open on this computer, when `prompt=login` or `max_age` asks again. */
  readonly open?: string;
  /** Means whose page lives elsewhere. */
  readonly others: readonly { readonly means: OtherMeans; readonly address: string }[];
  readonly automation: boolean;
  readonly maintenance: readonly Maintenance[];
};

/** Choose a means and say who you are. */
export function buildIdentifierPage(facts: IdentifierFacts): string {
  const { language, uid } = facts;
  return page(
    facts,
    html`${buildMaintenanceNotices(facts.maintenance, language, Date.now())}${facts.open ? html`<p class="notice">${t(language, "connect.open.lead")} <strong>${facts.open}</strong>.</p>` : ""}
<section class="card"><h2>${t(language, "connect.with-e-cps")}</h2>
${facts.problem ? html`<p class="notice bad" role="alert" id="problem">${facts.problem}</p>` : ""}
<form class="stack" method="post" action="${action(uid, "e-cps")}"><input type="hidden" name="stamp" value="${facts.stamp}">
${field({ name: "identifier", label: t(language, "connect.identifier"), hint: t(language, "connect.identifier-hint"), autocomplete: "username", inputmode: "text", required: true, ...(facts.typed ? { value: facts.typed } : {}) })}
<p><label class="tick"><input type="checkbox" name="shared" value="yes" aria-describedby="shared-hint"> ${t(language, "connect.shared")}</label><span class="soft small" id="shared-hint">${t(language, "connect.shared-hint")}</span></p>
<button class="btn main" type="submit">${t(language, "connect.continue")}</button></form></section>
${facts.others.map(
  ({
    means,
    address,
  }) => html`<section class="card stack"><h2>${t(language, `connect.by.${means}`)}</h2><p class="soft">${t(language, `connect.by.${means}-lead`)}</p>
<p><a class="btn" href="${address}">${t(language, `connect.by.${means}-go`)}</a></p></section>`,
)}
${button(uid, "cancel", t(language, "connect.cancel"))}
${facts.automation ? html`<p class="soft small">${t(language, "connect.automation")}</p>` : ""}`,
  );
}

export type WaitFacts = PageFacts & { readonly uid: string; readonly number: string; readonly secondsLeft: number; readonly appLink: string };

/** The number to match, while the telephone is asked. With script it follows by itself; without, the page asks again. */
export function buildWaitPage(facts: WaitFacts): string {
  const { language, uid, secondsLeft } = facts;
  const left = t(language, "connect.minutes", { minutes: Math.floor(secondsLeft / 60), seconds: String(secondsLeft % 60).padStart(2, "0") });
  return page(
    facts,
    html`<noscript><meta http-equiv="refresh" content="3"></noscript>
<section class="card stack" data-wait="${action(uid, "state")}"><h2>${t(language, "connect.match.title")}</h2>
<div class="match" role="status">${facts.number}</div>
<p>${t(language, "connect.match.lead")} <strong>${facts.service.name[language]}</strong>. ${t(language, "connect.match.left")} <strong data-left="${secondsLeft}">${left}</strong>.</p>
<p><a class="btn" href="${facts.appLink}">${t(language, "connect.match.same-phone")}</a></p>
<div class="row"><span class="small soft">${t(language, "connect.match.nothing")}</span>${button(uid, "again", t(language, "connect.match.again"))}</div></section>
<p class="small soft">${t(language, "connect.match.not-you")}</p>
${button(uid, "cancel", t(language, "connect.cancel"))}`,
    ["/assets/wait.js"],
  );
}

export type OutcomeState = "refused" | "expired" | "wrong-number" | "blocked";

export function buildOutcomePage(facts: PageFacts & { readonly uid: string; readonly state: OutcomeState }): string {
  const { language, state, uid } = facts;
  return page(
    facts,
    html`<section class="card stack"><div role="alert"><h2>${t(language, `connect.state.${state}`)}</h2></div><p>${t(language, `connect.state.${state}-lead`)}</p>
<p><a class="btn main" href="/login/${uid}?again=1">${t(language, "connect.try-again")}</a></p></section>${button(uid, "cancel", t(language, "connect.cancel"))}`,
  );
}

/** Whose session is open, before a service goes on with it. */
export function buildOpenSessionPage(facts: PageFacts & { readonly uid: string; readonly person: string; readonly identifier: string }): string {
  const { language, uid, person } = facts;
  return page(
    facts,
    html`<section class="card stack"><h2>${t(language, "connect.open.title")}</h2>
<p>${t(language, "connect.open.lead")} <strong>${person}</strong> <code>${facts.identifier}</code></p>
${button(uid, "confirm", t(language, "connect.open.continue", { name: person }), "main")}
${button(uid, "shared", t(language, "connect.open.shared-button"))}</section>
<section class="card stack"><h2>${t(language, "connect.open.other")}</h2>${button(uid, "other", t(language, "connect.open.other-button"))}</section>
${button(uid, "cancel", t(language, "connect.cancel"))}`,
  );
}

/** Leads on by itself: a browser does not follow a form's redirects to another origin (CSP form-action). */
export function buildMovingPage(frame: Frame, language: Language, to: string): string {
  const title = t(language, "connect.moving");
  return buildPage(frame, {
    title,
    main: html`<meta http-equiv="refresh" content="0;url=${to}"><h1>${title}</h1><p><a class="btn main" href="${to}">${t(language, "connect.continue")}</a></p>`,
  });
}

/** What cannot be sent back to the client, with the reason for its developer. */
export function buildRefusedPage(frame: Frame, language: Language, facts: { error: string; description: string; expected: Text }): string {
  return buildPage(frame, {
    title: t(language, "connect.refused.title"),
    main: html`<h1>${t(language, "connect.refused.title")}</h1><p>${t(language, "connect.refused.lead")}</p>
<section class="card"><dl><dt>${t(language, "connect.refused.error")}</dt><dd><code>${facts.error}</code></dd><dt>${t(language, "connect.refused.why")}</dt><dd lang="en">${facts.description}</dd>
<dt>${t(language, "connect.refused.mend")}</dt><dd>${facts.expected[language]}</dd></dl></section>`,
  });
}

export function buildSignedOutPage(frame: Frame, language: Language): string {
  return buildPage(frame, {
    title: t(language, "connect.signed-out.title"),
    main: html`<h1>${t(language, "connect.signed-out.title")}</h1><p>${t(language, "connect.signed-out.lead")}</p>`,
  });
}

function signOutForms(language: Language): Html {
  return html`<div class="actions"><form method="post" action="/sign-out"><button class="btn main" type="submit">${t(language, "connect.sign-out.here")}</button></form>
<form method="post" action="/sign-out-everywhere"><button class="btn" type="submit">${t(language, "connect.sign-out.everywhere")}</button></form></div>`;
}

export function buildSignOutPage(frame: Frame, language: Language, person: string): string {
  return buildPage(frame, {
    title: t(language, "connect.sign-out.title"),
    main: html`<h1>${t(language, "connect.sign-out.title")}</h1><p>${t(language, "connect.open.lead")} <strong>${person}</strong></p>${signOutForms(language)}`,
  });
}

/** A person's own sign-ins, and the way out of all of them. */
export function buildHomePage(
  frame: Frame,
  language: Language,
  facts: { person: string | undefined; signIns: readonly StoredSignIn[]; names: ReadonlyMap<string, Text> },
): string {
  const title = t(language, "connect.home.title");
  const person = facts.person;
  if (!person) return buildPage(frame, { title, main: html`<h1>${title}</h1><p>${t(language, "connect.home.nobody")}</p>` });
  const columns = ["connect.home.when", "connect.home.service", "connect.home.means", "connect.home.device", "connect.home.result"] as const;
  const cellsOf = (signIn: StoredSignIn): readonly (Html | string)[] => [
    signIn.at.toZonedDateTimeISO("Europe/Paris").toLocaleString(language, { dateStyle: "medium", timeStyle: "short" }),
    facts.names.get(signIn.client_id)?.[language] ?? signIn.client_id,
    meansOf(language, signIn),
    signIn.device ? html`<code title="${signIn.device}">${signIn.device.slice(-8)}</code>` : "",
    resultOf(language, signIn.result),
  ];
  return buildPage(frame, {
    title,
    wide: true,
    main: html`<h1>${title}</h1><p>${t(language, "connect.open.lead")} <strong>${person}</strong></p>${signOutForms(language)}
<h2>${t(language, "connect.home.history")}</h2><div class="board"><table><thead><tr>${columns.map((key) => html`<th scope="col">${t(language, key)}</th>`)}</tr></thead>
<tbody>${facts.signIns.map((signIn) => html`<tr>${cellsOf(signIn).map((cell, at) => html`<td data-label="${t(language, columns[at] ?? "connect.home.when")}">${cell}</td>`)}</tr>`)}</tbody></table></div>`,
  });
}

function meansOf(language: Language, { means, kind }: StoredSignIn): string {
  const named = connectTexts[`connect.means.${means}` as Key];
  const words = named ? say(named, language) : means;
  return kind === "session" ? `${words}, ${t(language, "connect.means.open")}` : words;
}

function resultOf(language: Language, result: string): string {
  const named = connectTexts[`connect.result.${result}` as Key];
  return named ? say(named, language) : result;
}
