// The public page of availability, and the line that the sign-in page shows before a maintenance.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import { connectTexts } from "../texts.ts";
import type { Maintenance, Measured } from "./availability.ts";
import { measuredDays } from "./availability.ts";

/** Announced on the sign-in page this long before. */
const noticeMillis = 7 * 86_400_000;

function when({ starts_at: from, ends_at: to }: Maintenance, language: Language): string {
  const at = new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" });
  return at.formatRange(from.epochMilliseconds, to.epochMilliseconds);
}

export function buildMaintenanceNotices(all: readonly Maintenance[], language: Language, now: number): Html {
  const near = all.filter((one) => one.starts_at.epochMilliseconds - now < noticeMillis);
  return html`${near.map((one) => html`<p class="notice">${say(connectTexts["connect.maintenance"], language)} ${when(one, language)} : ${one.text[language]}</p>`)}`;
}

export function buildAvailabilityPage(frame: Frame, language: Language, { target, measured, since, maintenance }: Measured): string {
  const t = (key: keyof typeof connectTexts, params = {}): string => say(connectTexts[key], language, params);
  const percent = (value: number): string => `${value.toLocaleString(language, { maximumFractionDigits: 2 })} %`;
  const day = since?.toZonedDateTimeISO("Europe/Paris").toLocaleString(language, { dateStyle: "long" }) ?? "";
  return buildPage(frame, {
    title: t("connect.availability"),
    main: html`<h1>${t("connect.availability")}</h1>
<dl><dt>${t("connect.availability.target")}</dt><dd>${percent(target)}</dd>
<dt>${t("connect.availability.measured", { days: measuredDays })}</dt><dd>${measured === undefined ? t("connect.availability.none") : `${percent(measured)} (${t("connect.availability.since", { day })})`}</dd></dl>
<h2>${t("connect.availability.planned")}</h2>
${maintenance.length === 0 ? html`<p>${t("connect.availability.nothing")}</p>` : html`<ul>${maintenance.map((one) => html`<li><strong>${when(one, language)}</strong> : ${one.text[language]}</li>`)}</ul>`}
<p class="soft">${t("connect.availability.how")}</p>`,
  });
}
