// Mandates of outside controllers, in the file that they open.
import { agencyRoles } from "@cercle/governance";
import { Refusal, say } from "@cercle/kernel";
import { html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { reference } from "./file-routes.ts";
import { headOf } from "./letter-routes.ts";
import { buildMandates, type MandatesPage, type MandateView } from "./mandates-page.ts";

const officers = ["officer", "second-officer"];
const text = (most: number) => z.string().trim().max(most);

export function mandatePages(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/files/:reference/mandates",
      about: "Mandates of outside controllers in one file.",
      who: agencyRoles,
      page: true,
      params: reference,
      handle: ({ params, language, actor }) => show(desk, { language, actor }, params.reference, { typed: { from: desk.today().toString() } }),
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/mandates",
      about: "Gives a mandate.",
      who: officers,
      page: true,
      params: reference,
      body: z.object({ account: z.uuid(), from: text(10), until: text(10), control: text(200) }),
      async handle({ params, body, language, actor }) {
        const reader = { language, actor };
        try {
          await desk.ask(reader, "POST", `/api/files/${params.reference}/mandates`, { body });
        } catch (error) {
          if (!(error instanceof Refusal) || error.status >= 500 || error.status === 403 || error.status === 404) throw error;
          return show(desk, reader, params.reference, { typed: body, refused: say(error.text, language, error.params) });
        }
        return Reply.see(`/files/${params.reference}/mandates`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/mandates/:mandate/revocation",
      about: "Ends a mandate.",
      who: officers,
      page: true,
      params: reference.extend({ mandate: z.uuid() }),
      body: z.object({ reason: text(2000) }),
      async handle({ params, body, language, actor }) {
        await desk.ask({ language, actor }, "POST", `/api/files/${params.reference}/mandates/${params.mandate}/revocation`, { body });
        return Reply.see(`/files/${params.reference}/mandates`);
      },
    }),
  ];
}

async function show(desk: Desk, reader: Reader, file: string, form: Pick<MandatesPage, "typed" | "refused">): Promise<Reply> {
  const { actor, language } = reader;
  const seen = await desk.see(actor, file);
  const at = `/api/files/${file}/mandates`;
  const mandates = await Promise.all(
    (await desk.ask<readonly Omit<MandateView, "traces">[]>(reader, "GET", at)).map(async (mandate) => ({
      ...mandate,
      traces: await desk.ask<MandateView["traces"]>(reader, "GET", `${at}/${mandate.id}/traces`),
    })),
  );
  const gives = actor.kind === "account" && actor.roles.some((role) => officers.includes(role));
  const accounts = gives ? (await desk.accounts.list()).filter(({ roles, disabled }) => !disabled && roles.includes("controller")) : [];
  const controllers = gives ? accounts.map(({ id, name }) => [id, name] as const) : undefined;
  const main = html`${await headOf(desk, reader, seen, "mandates")}${buildMandates(desk.words(language), { reference: file, mandates, controllers, ...form })}`;
  return desk.page(reader, { title: seen.name, main, at: "/files", ...(form.refused ? { status: 422 } : {}) });
}
