// The page of custody and what an open access shows; each reading is written by the API that is asked.
import { defineRoute, type Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { buildCustody, buildReading, buildSeen } from "./custody-pages.ts";
import type { Asked, Desk, Sheet } from "./desk.ts";
import type { Access, Hold, Retention, SeenMessage } from "./ports.ts";
import { readMail } from "./reading.ts";

const who = ["officer", "operator-contact"];
const operator = z.object({ domain: z.string().regex(/^[a-z0-9.-]{3,120}$/) });
const access = operator.extend({ id: z.uuid() });
const line = (longest: number) => z.string().trim().max(longest).default("");
const day = z.union([z.literal(""), z.iso.date()]).default("");
const form = z.object({
  act: z.enum(["ask", "close", "confirm", "refuse", "hold", "lift", "terms"]),
  id: line(40),
  decision: line(40),
  address: line(250),
  reason: line(1000),
  reference: line(120),
  secret: line(2),
  ends_on: day,
  folder: line(250),
  since: day,
  before: day,
  message_id: line(500),
  trash: line(6),
  junk: line(6),
  removed: line(6),
  traces: line(6),
});

export function custodyPages(desk: Desk): readonly Route[] {
  const { ask, api, page, act, words, names } = desk;
  const sheet = async (asked: Asked, domain: string): Promise<Sheet> => {
    const accesses = await ask<readonly Access[]>(asked, "GET", api(domain, "accesses"));
    const holds = await ask<readonly Hold[]>(asked, "GET", api(domain, "holds"));
    const retention = await ask<Retention>(asked, "GET", api(domain, "retention"));
    const holders = [...accesses.flatMap((row) => [row.asked_by, row.opened_by]), ...holds.flatMap((row) => [row.placed_by, row.lifting_by])];
    const known = await names(holders.filter((holder) => holder !== null));
    const me = asked.actor.kind === "account" ? `account:${asked.actor.id}` : "";
    const view = { accesses, holds, retention, me, nameOf: (holder: string) => known.get(holder) ?? holder };
    return { at: "/custody", title: words(asked).t("mail-console.custody"), body: buildCustody(words(asked), domain, view) };
  };
  const shared = { who, page: true } as const;
  return [
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/custody",
      about: "How long things are kept, legal holds, accesses to content.",
      params: operator,
      handle: async ({ params: { domain }, ...asked }): Promise<Reply> => page(asked, domain, await sheet(asked, domain)),
    }),
    defineRoute({
      ...shared,
      method: "POST",
      path: "/mail/:domain/custody",
      about: "Asks for an access or a lift, confirms or refuses one, places a hold, changes terms.",
      params: operator,
      body: form,
      handle: ({ params: { domain }, body, ...asked }) =>
        act(
          asked,
          domain,
          async () => {
            await send(desk, asked, domain, body);
            return `/mail/${domain}/custody`;
          },
          () => sheet(asked, domain),
        ),
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/accesses/:id",
      about: "Messages within an open access.",
      params: access,
      query: z.object({ page: z.coerce.number().int().min(0).max(10_000).default(0) }),
      async handle({ params: { domain, id }, query, ...asked }) {
        const messages = await ask<readonly SeenMessage[]>(asked, "GET", api(domain, "accesses", id, "messages"), undefined, { page: String(query.page) });
        const w = words(asked);
        return page(asked, domain, { at: "/custody", title: w.t("mail-console.seen"), body: buildSeen(w, domain, { access: id, messages, page: query.page }) });
      },
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/accesses/:id/:folder/:uid",
      about: "One message within an open access.",
      params: access.extend({ folder: z.string().regex(/^\d{1,15}$/), uid: z.string().regex(/^\d{1,10}$/) }),
      async handle({ params: { domain, id, folder, uid }, ...asked }) {
        const reading = await readMail(await ask<Uint8Array>(asked, "GET", api(domain, "accesses", id, "messages", folder, uid)));
        const w = words(asked);
        const title = reading.subject || w.t("mail-console.seen.no-subject");
        return page(asked, domain, { at: "/custody", title, body: buildReading(w, domain, id, reading) });
      },
    }),
  ];
}

async function send({ ask, api, dayStart }: Desk, asked: Asked, domain: string, body: z.output<typeof form>): Promise<void> {
  const { reason } = body;
  switch (body.act) {
    case "ask": {
      const optional = { folder: body.folder, since: dayStart(body.since), before: dayStart(body.before), message_id: body.message_id };
      const scope = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== ""));
      await ask(asked, "POST", api(domain, "accesses"), { address: body.address, reason, ends_at: dayStart(body.ends_on, 1), ...scope });
      return;
    }
    case "close":
      await ask(asked, "POST", api(domain, "accesses", body.id, "close"));
      return;
    case "hold":
      await ask(asked, "POST", api(domain, "holds"), { address: body.address, reference: body.reference, reason, tell_owner: body.secret === "" });
      return;
    case "lift":
      await ask(asked, "POST", api(domain, "holds", body.id, "lift"), { reason });
      return;
    case "terms":
      await ask(asked, "PUT", api(domain, "retention"), { trash: body.trash, junk: body.junk, removed: body.removed, traces: body.traces });
      return;
    default:
      await ask(asked, "POST", api(domain, "custody-decisions", body.decision), { act: body.act, reason });
  }
}
