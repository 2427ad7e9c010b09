// Following a file: what the API gives, on a page.
import { Refusal, say } from "@cercle/kernel";
import { html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader } from "../desk.ts";
import { partyRoles } from "../places.ts";
import { reference } from "./file-routes.ts";
import { buildFollow, type FollowPage, type HookView, type RemindersView } from "./follow-page.ts";
import { headOf } from "./letter-routes.ts";

export const followers = ["officer", "second-officer", ...partyRoles];

export function followPages(desk: Desk): readonly Route[] {
  const hook = reference.extend({ hook: z.uuid() });
  const back = (file: string): Reply => Reply.see(`/files/${file}/follow`);
  return [
    defineRoute({
      method: "GET",
      path: "/files/:reference/follow",
      about: "Following one file: calendar, e-mail, webhooks.",
      who: followers,
      page: true,
      params: reference,
      handle: ({ params, language, actor }) => show(desk, { language, actor }, params.reference, {}),
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/follow/mail",
      about: "Reminders by e-mail, or none.",
      who: followers,
      page: true,
      params: reference,
      body: z.object({ by_mail: z.enum(["yes", "no"]) }),
      async handle({ params, body, language, actor }) {
        await desk.ask({ language, actor }, "PUT", `/api/files/${params.reference}/reminders`, { body: { by_mail: body.by_mail === "yes" } });
        return back(params.reference);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/follow/hooks",
      about: "A webhook of this file; its secret is on the answer and nowhere else.",
      who: followers,
      page: true,
      params: reference,
      body: z.object({ url: z.string().trim().max(500) }),
      async handle({ params, body, language, actor }) {
        const reader = { language, actor };
        try {
          const made = await desk.ask<{ secret: string }>(reader, "POST", "/api/hooks", { body: { url: body.url, file: params.reference } });
          return await show(desk, reader, params.reference, { secret: made.secret });
        } catch (error) {
          if (!(error instanceof Refusal) || error.status >= 500 || error.status === 403 || error.status === 404) throw error;
          return show(desk, reader, params.reference, { typed: body.url, refused: say(error.text, language, error.params) });
        }
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/follow/hooks/:hook/end",
      about: "Ends a webhook.",
      who: followers,
      page: true,
      params: hook,
      async handle({ params, language, actor }) {
        await desk.ask({ language, actor }, "DELETE", `/api/hooks/${params.hook}`);
        return back(params.reference);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/follow/hooks/:hook/replay",
      about: "Tells one delivery again.",
      who: followers,
      page: true,
      params: hook,
      body: z.object({ delivery: z.uuid() }),
      async handle({ params, body, language, actor }) {
        await desk.ask({ language, actor }, "POST", `/api/hooks/${params.hook}/replay`, { body });
        return back(params.reference);
      },
    }),
  ];
}

async function show(desk: Desk, reader: Reader, file: string, more: Pick<FollowPage, "secret" | "typed" | "refused">): Promise<Reply> {
  const seen = await desk.see(reader.actor, file);
  const reminders = await desk.ask<RemindersView>(reader, "GET", `/api/files/${file}/reminders`);
  const all = await desk.ask<readonly Omit<HookView, "deliveries">[]>(reader, "GET", "/api/hooks");
  const hooks = await Promise.all(
    all
      .filter((one) => one.file === file)
      .map(async (one) => ({ ...one, deliveries: await desk.ask<HookView["deliveries"]>(reader, "GET", `/api/hooks/${one.id}/deliveries`) })),
  );
  const main = html`${await headOf(desk, reader, seen, "follow")}${buildFollow(desk.words(reader.language), { reference: file, origin: desk.origin, reminders, hooks, ...more })}`;
  return desk.page(reader, { title: seen.name, main, at: "/files", ...(more.refused ? { status: 422 } : {}) });
}
