// The clock of a sandbox and the fictional persons: routes that a live space does not have.
import { governanceErrors } from "@cercle/governance";
import { type Id, Temporal } from "@cercle/kernel";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk } from "../desk.ts";
import { deskRoles } from "../places.ts";
import { capital } from "../words.ts";
import { readPersonas } from "./personas.ts";
import { buildClockPage, buildEnterPage, steps } from "./sandbox-pages.ts";

const sessionSeconds = 36_000;

export function sandboxPages(desk: Desk): readonly Route[] {
  const { store, governance, accounts, cookieName, timeZone } = desk;
  return [
    defineRoute({
      method: "GET",
      path: "/clock",
      about: "The clock of the sandbox.",
      who: deskRoles,
      page: true,
      async handle({ language, actor }) {
        const words = desk.words(language);
        const today = desk.today().toString();
        // The days after each deadline ahead: where something changes.
        const next = (await desk.work(actor, 200))
          .filter((row) => row.last_day !== null && row.last_day >= today)
          .slice(0, 6)
          .map((row) => ({
            on: Temporal.PlainDate.from(row.last_day ?? today)
              .add({ days: 1 })
              .toString(),
            what: `${capital(language === "fr" ? row.about_fr : row.about_en)} — ${row.party ?? row.reference}`,
          }));
        return desk.page({ language, actor }, { title: words.t("portal.clock.title"), main: buildClockPage(words, today, next), narrow: true });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/clock",
      about: "Moves it forward, by a step or to a day.",
      who: ["officer"],
      page: true,
      body: z.union([z.object({ by: z.enum(steps) }), z.object({ to: z.iso.date() })]),
      async handle({ body }) {
        // Nine in the morning of the day: the law counts days, people work hours.
        const to =
          "by" in body
            ? { by: Temporal.Duration.from(body.by) }
            : { at: Temporal.PlainDate.from(body.to).toZonedDateTime({ timeZone, plainTime: "09:00" }).toInstant() };
        await store.transaction((tx) => governance.clock.set(tx, to));
        return Reply.see("/clock");
      },
    }),
    defineRoute({
      method: "GET",
      path: "/sandbox/enter",
      about: "Fictional persons one can enter as.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const words = desk.words(language);
        const main = buildEnterPage(words, await readPersonas(desk));
        return desk.page({ language, actor }, { title: words.t("portal.enter.title"), main, at: "/sandbox/enter", narrow: true });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sandbox/enter",
      about: "Enters as one of them.",
      who: "anyone",
      page: true,
      perMinute: 60,
      body: z.object({ account: z.uuid() }),
      async handle({ body }) {
        const persona = (await readPersonas(desk)).find((known) => known.account === body.account);
        if (!persona) throw governanceErrors.refuse("governance.sandbox-only");
        const session = await store.transaction((tx) => accounts.startSession(tx, body.account as Id<"account">));
        return Reply.see("/work", [{ name: cookieName, value: session, maxAge: sessionSeconds }]);
      },
    }),
  ];
}
