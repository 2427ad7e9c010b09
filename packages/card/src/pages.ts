// Pages of the portal: the cards, and one card as a picture with what it holds.
import { X509Certificate } from "node:crypto";
import { type Language, say, type TextParams } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { CardState, Cards, CardView } from "./cards.ts";
import { cardTexts } from "./texts.ts";

type Words = (key: keyof typeof cardTexts, params?: TextParams) => string;
const officers = ["officer", "auditor"];
const shapes: Readonly<Record<CardState, string>> = { active: "open", early: "soon", blocked: "soon", revoked: "shut", expired: "still" };
const colours: Readonly<Record<CardView["type"], string>> = { CPS: "#1b4f72", CPF: "#4a6b2a", CDE: "#6b3a5b", CPE: "#7a4a1f", CPA: "#444c56" };

export function cardPages({ cards, frame }: { cards: Cards; frame(language: Language, actor: Actor): Frame }): readonly Route[] {
  const words =
    (language: Language): Words =>
    (key, params = {}) =>
      say(cardTexts[key], language, params);
  return [
    defineRoute({
      method: "GET",
      path: "/cards",
      about: "Cards.",
      who: officers,
      page: true,
      async handle({ language, actor }) {
        const t = words(language);
        const all = await cards.list();
        const main = html`<h1>${t("card.page.list")}</h1>${all.length === 0 ? html`<p>${t("card.page.none")}</p>` : ""}
<ul class="stack">${all.map((card) => html`<li><a href="/cards/${card.number}">${card.number}</a> ${card.type} ${nameOf(card)} ${stateMark(card, t)}</li>`)}</ul>`;
        return Reply.html(buildPage(frame(language, actor), { title: t("card.page.list"), main }));
      },
    }),
    defineRoute({
      method: "GET",
      path: "/cards/:card",
      about: "A card, its contents, its certificates.",
      who: officers,
      page: true,
      params: z.object({ card: z.string().regex(/^\d{10}$/) }),
      async handle({ params, language, actor }) {
        const t = words(language);
        const card = await cards.find(params.card);
        return Reply.html(buildPage(frame(language, actor), { title: t("card.page.title", { card: card.number }), main: buildCardPage(card, t, language) }));
      },
    }),
  ];
}

const nameOf = (card: CardView): string => `${card.holder.givenName} ${card.holder.familyName}`;
const stateMark = (card: CardView, t: Words): Html => html`<span class="state ${shapes[card.state]}">${t(`card.state.${card.state}`)}</span>`;

function buildCardPage(card: CardView, t: Words, language: Language): Html {
  const { holder } = card;
  const date = (instant: CardView["validFrom"]): string =>
    instant.toZonedDateTimeISO("Europe/Paris").toPlainDate().toLocaleString(language, { dateStyle: "long" });
  return html`<h1>${t("card.page.title", { card: card.number })}</h1>${drawCard(card, t)}
<section class="card"><h2>${t("card.page.state")}</h2><dl>
<dt>${t("card.page.state")}</dt><dd>${stateMark(card, t)}</dd>
<dt>${t("card.page.valid")}</dt><dd>${t("card.page.valid-value", { from: date(card.validFrom), until: date(card.validUntil) })}</dd>
<dt>${t("card.page.tries")}</dt><dd>${t("card.page.tries-value", { pin: card.pinTries, puk: card.pukTries })}</dd>
<dt>${t("card.page.reader")}</dt><dd>${card.reader ?? t("card.page.no-reader")}</dd>
<dt>${t("card.page.version")}</dt><dd>${card.version}</dd></dl></section>
<section class="card"><h2>${t("card.page.contents")}</h2><dl>
<dt>${t("card.page.holder")}</dt><dd>${nameOf(card)}</dd><dt>${t("card.page.person")}</dt><dd><code>${card.nationalId}</code></dd>
${holder.profession ? html`<dt>${t("card.page.profession")}</dt><dd>${holder.profession.label} (${holder.profession.code}${holder.speciality ? `, ${holder.speciality}` : ""})</dd>` : ""}
${holder.situations.length > 0 ? html`<dt>${t("card.page.situations")}</dt>${holder.situations.map((situation) => html`<dd>${situation.name} — <code>${situation.structure}</code> — ${situation.sector}</dd>`)}` : ""}</dl></section>
<section class="card"><h2>${t("card.page.certificates")}</h2>${(["authentication", "signature"] as const).map((use) => describeCertificate(t(`card.page.${use}`), card.certificates[use], card.serials[use], t))}</section>`;
}

function describeCertificate(title: string, der: Uint8Array, serial: string, t: Words): Html {
  const certificate = new X509Certificate(der);
  return html`<h3>${title}</h3><dl><dt>${t("card.page.serial")}</dt><dd><code>${serial}</code></dd>
<dt>${t("card.page.holder")}</dt><dd>${certificate.subject.split("\n").join(", ")}</dd><dt>${t("card.page.issuer")}</dt><dd>${certificate.issuer.split("\n").join(", ")}</dd></dl>`;
}

/** The card as a picture: our own drawing, no State mark. */
function drawCard(card: CardView, t: Words): Html {
  const label = t("card.page.picture", { type: card.type, name: nameOf(card), card: card.number });
  const text = (x: number, y: number, size: number, value: string, weight = 400): Html =>
    html`<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="#fff">${value}</text>`;
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 428 270" width="100%" font-family="inherit">
<rect width="428" height="270" rx="16" fill="${colours[card.type]}"/><rect x="0" y="206" width="428" height="1.5" fill="#fff" opacity="0.4"/>
<rect x="34" y="92" width="58" height="46" rx="7" fill="#d9b65c"/><path d="M34 108h20v14H34M92 108H72v14h20M54 92v46M72 92v46" fill="none" stroke="#8a6d24" stroke-width="1.5"/>
${text(34, 50, 30, card.type, 700)}${text(300, 46, 13, t("card.page.simulated"), 600)}
${text(116, 108, 16, card.nationalId, 600)}${text(116, 134, 18, card.holder.familyName.slice(0, 26), 700)}${text(116, 158, 16, card.holder.givenName.slice(0, 28))}
${text(116, 182, 14, (card.holder.profession?.label ?? card.holder.situations[0]?.name ?? "").slice(0, 36))}
${text(34, 236, 14, `${card.number}  ${card.version}`)}${text(300, 236, 14, card.validUntil.toString().slice(0, 10))}</svg>`;
}
