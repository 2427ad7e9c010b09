// The officers' desk: decisions by two, and what came in by post, e-mail or telephone.
import { governanceErrors } from "@cercle/governance";
import { Temporal } from "@cercle/kernel";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { reference } from "../file/file-routes.ts";
import { kindsOf } from "../file/kinds.ts";
import { buildDecisionPage, buildDecisionsPage, type DecisionView, type Names } from "./decisions-page.ts";
import { buildIntakeItemPage, buildIntakePage, type IntakeView } from "./intake-page.ts";

const readers = ["officer", "second-officer", "auditor"];
const deciders = ["officer", "second-officer"];
const reason = z.string().trim().min(3).max(2000);

const mayDecide = ({ actor }: Reader): boolean => actor.kind === "account" && actor.roles.some((role) => deciders.includes(role));

/** Names of accounts, for entries that carry their key only. */
export async function namesOf(desk: Desk): Promise<Names> {
  const all = new Map((await desk.accounts.list()).map((account) => [`account:${account.id}`, account.name]));
  return (key) => (key === null ? "" : (all.get(key) ?? key));
}

export function decisionPages(desk: Desk): readonly Route[] {
  const answer = (verb: "confirm" | "refuse" | "review", body: z.ZodType): Route =>
    defineRoute({
      method: "POST",
      path: `/decisions/:reference/${verb}`,
      about: "Another named person answers.",
      who: deciders,
      page: true,
      params: reference,
      body,
      async handle({ params, body: given, language, actor }) {
        await desk.ask({ language, actor }, "POST", `/api/decisions/${params.reference}/${verb}`, { body: given });
        return Reply.see(`/decisions/${params.reference}`);
      },
    });
  return [
    defineRoute({
      method: "GET",
      path: "/decisions",
      about: "Decisions by two persons.",
      who: readers,
      page: true,
      query: z.object({ which: z.enum(["open", "all"]).default("open") }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const all = await desk.ask<readonly DecisionView[]>({ language, actor }, "GET", "/api/decisions", { query: { which: query.which } });
        const main = buildDecisionsPage(words, all, await namesOf(desk), query.which);
        return desk.page({ language, actor }, { title: words.t("portal.decisions.title"), main, at: "/work", query });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/decisions/:reference",
      about: "One decision.",
      who: readers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        const words = desk.words(language);
        const decision = await desk.ask<DecisionView>({ language, actor }, "GET", `/api/decisions/${params.reference}`);
        const mine = actor.kind === "account" && decision.proposed_by === `account:${actor.id}`;
        const main = buildDecisionPage(words, decision, await namesOf(desk), { mine, mayAnswer: mayDecide({ language, actor }) });
        return desk.page({ language, actor }, { title: decision.reference, main, at: "/work", narrow: true });
      },
    }),
    answer("confirm", z.unknown()),
    answer("refuse", z.object({ reason })),
    answer("review", z.object({ outcome: z.enum(["upheld", "lifted"]), reason })),
  ];
}

export function intakePages(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/intake",
      about: "What came in and is not sorted yet.",
      who: readers,
      page: true,
      query: z.object({ which: z.enum(["untied", "all"]).default("untied") }),
      async handle({ query, language, actor }) {
        const words = desk.words(language);
        const all = await desk.ask<readonly IntakeView[]>({ language, actor }, "GET", "/api/intake", { query: { which: query.which } });
        const main = buildIntakePage(
          words,
          all,
          query.which,
          mayDecide({ language, actor }),
          desk.governance.clock.now().toZonedDateTimeISO(desk.timeZone).toPlainDateTime().toString(),
        );
        return desk.page({ language, actor }, { title: words.t("portal.intake.title"), main, at: "/work", query });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/intake",
      about: "Records what came in, with its time of receipt.",
      who: deciders,
      page: true,
      body: z.object({
        channel: z.string().max(40),
        received_at: z.string().max(40),
        from: z.string().max(320),
        subject: z.string().max(200),
        note: z.string().max(20_000).default(""),
      }),
      async handle({ body, language, actor }) {
        const at = toInstant(body.received_at, desk.timeZone);
        const made = await desk.ask<{ reference: string }>({ language, actor }, "POST", "/api/intake", { body: { ...body, received_at: at } });
        return Reply.see(`/intake/${made.reference}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/intake/:reference",
      about: "One item: what it says, and the file it belongs to.",
      who: readers,
      page: true,
      params: reference,
      query: z.object({ file: z.string().trim().max(40).default("") }),
      async handle({ params, query, language, actor }) {
        const words = desk.words(language);
        const item = await desk.ask<IntakeView>({ language, actor }, "GET", `/api/intake/${params.reference}`);
        const seen = query.file ? await desk.see(actor, query.file) : undefined;
        const files = (await desk.governance.files.list(desk.store)).map((file) => file.reference);
        const acts = seen ? [...kindsOf(seen.instrument).values()] : [];
        const main = buildIntakeItemPage(words, item, { files, file: query.file, acts, mayTie: mayDecide({ language, actor }) });
        return desk.page({ language, actor }, { title: item.reference, main, at: "/work", narrow: true, query });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/intake/:reference/tie",
      about: "Ties it to a file, and to the act that it performs.",
      who: deciders,
      page: true,
      params: reference,
      body: z.object({ file: z.string().trim().min(3).max(40), act: z.string().max(80).default("") }),
      async handle({ params, body, language, actor }) {
        const seen = await desk.see(actor, body.file);
        const kind = kindsOf(seen.instrument).get(body.act);
        const by = kind?.by.find((party) => party !== "agency");
        const act = kind ? { act: { type: kind.type, payload: by ? { by } : {} } } : {};
        await desk.ask({ language, actor }, "POST", `/api/intake/${params.reference}/tie`, { body: { file: body.file, ...act } });
        return Reply.see(`/files/${body.file}`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/intake/:reference/set-aside",
      about: "Says why it concerns no file.",
      who: deciders,
      page: true,
      params: reference,
      body: z.object({ reason }),
      async handle({ params, body, language, actor }) {
        await desk.ask({ language, actor }, "POST", `/api/intake/${params.reference}/set-aside`, { body });
        return Reply.see("/intake");
      },
    }),
  ];
}

/** A time typed where the space counts its days, as an instant. */
function toInstant(text: string, timeZone: string): string {
  try {
    return Temporal.PlainDateTime.from(text, { overflow: "reject" }).toZonedDateTime(timeZone).toInstant().toString();
  } catch (cause) {
    throw governanceErrors.refuse("governance.bad-date", { params: { date: text }, cause });
  }
}
