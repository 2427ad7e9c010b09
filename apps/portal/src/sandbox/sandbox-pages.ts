// What exists in a sandbox only: its clock, and the fictional persons one can enter as.
import { nameRole } from "@cercle/accounts";
import { Temporal } from "@cercle/kernel";
import { type Html, html } from "@cercle/pages";
import type { Words } from "../words.ts";

export const steps = ["P1D", "P7D", "P1M", "P6M"] as const;

export function buildClockPage(words: Words, now: string, next: readonly { readonly on: string; readonly what: string }[]): Html {
  const { t } = words;
  const tomorrow = Temporal.PlainDate.from(now).add({ days: 1 }).toString();
  return html`<h1>${t("portal.clock.title")}</h1><p class="lead">${t("portal.clock.now", { date: words.day(now) })}</p><p>${t("portal.clock.lead")}</p><section class="card stack"><h2>${t("portal.clock.by")}</h2><div class="actions">${steps.map(
    (step) =>
      html`<form method="post" action="/clock"><input type="hidden" name="by" value="${step}"><button class="btn">${t("portal.clock.move", { amount: t(`portal.clock.${step}`) })}</button></form>`,
  )}</div></section><form method="post" action="/clock" class="card filters"><div class="field"><label for="to">${t("portal.clock.to")}</label><input id="to" name="to" type="date" required min="${tomorrow}"></div><button class="btn">${t("portal.clock.go")}</button></form>
${next.length === 0 ? "" : html`<section class="card"><h2>${t("portal.clock.next")}</h2><ul class="rows">${next.map((line) => html`<li><span>${line.what}</span><form method="post" action="/clock"><input type="hidden" name="to" value="${line.on}"><button class="btn">${words.day(line.on)}</button></form></li>`)}</ul></section>`}`;
}

const signInCommand = "npx --no-install cercle login --client ID --id ID --with e-cps";

export type Persona = { readonly account: string; readonly name: string; readonly role: string; readonly party: string | undefined };

export function buildEnterPage(words: Words, personas: readonly Persona[]): Html {
  const { t } = words;
  return html`<h1>${t("portal.enter.title")}</h1><p class="lead">${t("portal.enter.lead")}</p><ul class="people">${personas.map(
    (persona) =>
      html`<li class="card"><div><strong>${persona.name}</strong><br><span class="soft">${[nameRole(persona.role, words.language), persona.party ?? ""].filter((part) => part !== "").join(" · ")}</span><br><span class="small soft">${words.named("role-about", persona.role, "")}</span></div><form method="post" action="/sandbox/enter"><input type="hidden" name="account" value="${persona.account}"><button class="btn main">${t("portal.enter.as", { name: persona.name })}</button></form></li>`,
  )}</ul><section class="card"><h2>${t("portal.enter.professional")}</h2><p>${t("portal.enter.professional-how")}</p><p><code>${signInCommand}</code></p><p class="actions"><a class="btn" href="/sign-in">${t("portal.enter.passkey")}</a></p></section>`;
}
