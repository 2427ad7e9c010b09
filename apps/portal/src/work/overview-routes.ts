// The calendar, the figures and the controls, over the files that a reader may see.
import { agencyRoles, type Figures, isController } from "@cercle/governance";
import { say, Temporal } from "@cercle/kernel";
import { findFullInstrument } from "@cercle/law";
import { html } from "@cercle/pages";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { kindsOf } from "../file/kinds.ts";
import { deskRoles } from "../places.ts";
import { buildCalendarPage, buildControlsPage, buildStatisticsPage, type ControlLine } from "./overview-pages.ts";

const month = z.string().regex(/^(19|20|21)\d\d-(0[1-9]|1[0-2])$/);
const mostRows = 1000;
/** Files whose controls are looked up, the latest first. */
const mostFiles = 200;

export function overviewPages(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/calendar",
      about: "What is due, month by month.",
      who: desk.readers,
      page: true,
      query: z.object({ m: month.optional() }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const today = desk.today();
        const shown = query.m ? Temporal.PlainYearMonth.from(query.m) : today.toPlainYearMonth();
        const main = buildCalendarPage(words, shown, today, await desk.work(actor, mostRows), "");
        return desk.page({ language, actor }, { title: words.t("portal.calendar.title"), main, at: "/calendar", query });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/statistics",
      about: "Figures.",
      who: agencyRoles,
      page: true,
      async handle({ language, actor }) {
        const words = desk.words(language);
        const facts = {
          figures: await desk.ask<Figures>({ language, actor }, "GET", "/api/statistics"),
          doors: await desk.governance.doors.list(desk.store),
        };
        return desk.page({ language, actor }, { title: words.t("portal.statistics.title"), main: buildStatisticsPage(words, facts), at: "/statistics" });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/controls",
      about: "Controls announced, held, reported.",
      who: deskRoles,
      page: true,
      async handle({ language, actor }) {
        const words = desk.words(language);
        const main = html`${buildControlsPage(words, await listControls(desk, { language, actor }), isController(actor))}`;
        return desk.page({ language, actor }, { title: words.t("portal.controls.title"), main, at: "/controls" });
      },
    }),
  ];
}

const announcements = new Set(["control-announced", "second-visit-announced", "audit-announced", "visit-announced"]);

async function listControls(desk: Desk, { language, actor }: Reader): Promise<readonly ControlLine[]> {
  const { store, governance } = desk;
  const parties = new Map((await governance.parties.list(store)).map((party) => [party.id, party.name]));
  const lines: ControlLine[] = [];
  for (const file of (await governance.files.list(store, await desk.reach(actor))).slice(0, mostFiles)) {
    const instrument = findFullInstrument(file.instrument);
    if (!instrument || ![...announcements].some((type) => instrument.entries.includes(type))) continue;
    const entries = await governance.evidence.list(store, file.id);
    for (const [i, entry] of entries.entries()) {
      if (!announcements.has(entry.type)) continue;
      const kind = kindsOf(instrument).get(entry.type);
      // What followed until the next announcement tells how it ended.
      const end = entries.findIndex((other, j) => j > i && announcements.has(other.type));
      const after = entries.slice(i + 1, end === -1 ? undefined : end);
      const report = after.find((other) => other.type.endsWith("report-sent"));
      const held = after.some((other) => other.type.endsWith("-held"));
      const on = entry.payload?.control_date;
      lines.push({
        reference: file.reference,
        party: (file.party_id && parties.get(file.party_id)) || file.reference,
        what: kind ? say(kind.about, language) : entry.type,
        announced: entry.happenedAt.toString(),
        on: typeof on === "string" ? on : null,
        outcome: report ? (report.payload?.compliant === true ? "compliant" : "not-compliant") : held ? "held" : "planned",
        article: kind?.article ?? null,
      });
    }
  }
  return lines.toSorted((a, b) => b.announced.localeCompare(a.announced));
}
