// The console's addresses: pages that ask the mail room's API under the reader's own roles, and forms that do the same.
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { custodyPages } from "./custody-routes.ts";
import { type Asked, createDesk, type Sheet } from "./desk.ts";
import { buildIncidents, buildIndicators, buildMailbox, buildMailboxes, buildOperators, buildQueue, buildState } from "./pages.ts";
import type { Act, ConsolePorts, Incident, Indicators, Mailbox, Quarantined, Queued, State, User } from "./ports.ts";

const who = ["officer", "operator-contact"];
const operator = z.object({ domain: z.string().regex(/^[a-z0-9.-]{3,120}$/) });
const mailbox = operator.extend({ address: z.string().max(250) });
const line = (longest: number) => z.string().trim().max(longest).default("");

export function consoleRoutes(ports: ConsolePorts): readonly Route[] {
  const desk = createDesk(ports);
  const { ask, api, show, page, act, named, words } = desk;

  const mailboxesSheet = async (asked: Asked, domain: string): Promise<Sheet> => {
    const all = await ask<readonly Mailbox[]>(asked, "GET", api(domain, "mailboxes"));
    return { at: "/mailboxes", title: words(asked).t("mail-console.mailboxes"), body: buildMailboxes(words(asked), domain, all) };
  };
  const mailboxSheet = async (asked: Asked, domain: string, address: string): Promise<Sheet> => {
    const box = (await ask<readonly Mailbox[]>(asked, "GET", api(domain, "mailboxes"))).find((one) => one.address === address);
    const users = await ask<readonly User[]>(asked, "GET", api(domain, "mailboxes", address, "users"));
    const acts = await ask<readonly Act[]>(asked, "GET", api(domain, "mailboxes", address, "acts"));
    const body = box ? buildMailbox(words(asked), domain, { box, users: await named(users), acts: await named(acts) }) : buildOperators(words(asked), []);
    return { at: "/mailboxes", title: address, body };
  };
  const queueSheet = async (asked: Asked, domain: string): Promise<Sheet> => {
    const queued = await ask<readonly Queued[]>(asked, "GET", api(domain, "queue"));
    return { at: "/queue", title: words(asked).t("mail-console.queue"), body: buildQueue(words(asked), domain, queued) };
  };
  const incidentsSheet = async (asked: Asked, domain: string): Promise<Sheet> => {
    const incidents = await ask<readonly Incident[]>(asked, "GET", api(domain, "incidents"));
    const quarantined = await ask<readonly Quarantined[]>(asked, "GET", api(domain, "quarantine"));
    return { at: "/incidents", title: words(asked).t("mail-console.watch"), body: buildIncidents(words(asked), domain, { incidents, quarantined }) };
  };
  const shared = { who, page: true } as const;
  return [
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail",
      about: "The operators that who asks administers.",
      async handle(asked) {
        const operators = await ask<readonly { domain: string }[]>(asked, "GET", "/api/mail-operators");
        return show(asked, words(asked).t("mail-console.title"), buildOperators(words(asked), operators));
      },
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain",
      about: "An operator at a glance.",
      params: operator,
      async handle({ params: { domain }, ...asked }) {
        const state = await ask<State>(asked, "GET", api(domain, "state"));
        return page(asked, domain, { at: "", title: words(asked).t("mail-console.state"), body: buildState(words(asked), state) });
      },
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/mailboxes",
      about: "Mailboxes of an operator.",
      params: operator,
      handle: async ({ params: { domain }, ...asked }) => page(asked, domain, await mailboxesSheet(asked, domain)),
    }),
    defineRoute({
      ...shared,
      method: "POST",
      path: "/mail/:domain/mailboxes",
      about: "Opens a mailbox.",
      params: operator,
      body: z.object({ address: line(250), kind: z.enum(["personal", "organisational", "applicative"]), responsible: line(60) }),
      handle: ({ params: { domain }, body: { address, kind, responsible }, ...asked }) =>
        act(
          asked,
          domain,
          async () => {
            await ask(asked, "POST", api(domain, "mailboxes"), { address, kind, ...(responsible ? { responsible } : {}) });
            return `/mail/${domain}/mailboxes/${encodeURIComponent(address.toLowerCase())}`;
          },
          () => mailboxesSheet(asked, domain),
        ),
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/mailboxes/:address",
      about: "A mailbox: who uses it, what it holds, who did what.",
      params: mailbox,
      handle: async ({ params: { domain, address }, ...asked }) => page(asked, domain, await mailboxSheet(asked, domain, address)),
    }),
    defineRoute({
      ...shared,
      method: "POST",
      path: "/mail/:domain/mailboxes/:address",
      about: "Gives or withdraws its use, changes its space, closes it.",
      params: mailbox,
      body: z.object({ act: z.enum(["allow", "withdraw", "quota", "remove"]), holder: line(60), megabytes: line(8), confirm: line(2) }),
      handle: ({ params: { domain, address }, body, ...asked }) =>
        act(
          asked,
          domain,
          async () => {
            const here = `/mail/${domain}/mailboxes`;
            const own = (...rest: readonly string[]): string => api(domain, "mailboxes", address, ...rest);
            if (body.act === "allow") await ask(asked, "POST", own("users"), { holder: body.holder });
            else if (body.act === "withdraw") await ask(asked, "DELETE", own("users", body.holder));
            else if (body.act === "quota") await ask(asked, "PUT", own("quota"), { megabytes: body.megabytes });
            else if (body.confirm !== "") await ask(asked, "DELETE", own());
            return body.act === "remove" && body.confirm !== "" ? here : `${here}/${encodeURIComponent(address)}`;
          },
          () => mailboxSheet(asked, domain, address),
        ),
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/queue",
      about: "What leaves, and what became of it.",
      params: operator,
      handle: async ({ params: { domain }, ...asked }) => page(asked, domain, await queueSheet(asked, domain)),
    }),
    defineRoute({
      ...shared,
      method: "POST",
      path: "/mail/:domain/queue",
      about: "Tries a waiting message at once, or gives it up.",
      params: operator,
      body: z.object({ id: z.uuid(), act: z.enum(["retry", "cancel"]) }),
      handle: ({ params: { domain }, body, ...asked }) =>
        act(
          asked,
          domain,
          async () => {
            await ask(asked, "POST", api(domain, "queue", body.id), { act: body.act });
            return `/mail/${domain}/queue`;
          },
          () => queueSheet(asked, domain),
        ),
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/incidents",
      about: "Incidents, and messages in quarantine.",
      params: operator,
      handle: async ({ params: { domain }, ...asked }) => page(asked, domain, await incidentsSheet(asked, domain)),
    }),
    defineRoute({
      ...shared,
      method: "POST",
      path: "/mail/:domain/incidents",
      about: "Records that an incident was reported, or destroys a message in quarantine.",
      params: operator,
      body: z.object({ id: line(40), channel: z.enum(["email", "telephone"]).default("email"), digest: line(50) }),
      handle: ({ params: { domain }, body, ...asked }) =>
        act(
          asked,
          domain,
          async () => {
            if (body.digest) await ask(asked, "DELETE", api(domain, "quarantine", body.digest));
            else await ask(asked, "POST", api(domain, "incidents", body.id, "report"), { channel: body.channel });
            return `/mail/${domain}/incidents`;
          },
          () => incidentsSheet(asked, domain),
        ),
    }),
    defineRoute({
      ...shared,
      method: "GET",
      path: "/mail/:domain/indicators",
      about: "Quality indicators of a month.",
      params: operator,
      query: z.object({
        month: z
          .string()
          .regex(/^20\d\d-(?:0[1-9]|1[0-2])$/)
          .optional(),
      }),
      async handle({ params: { domain }, query, ...asked }) {
        const month = query.month ?? new Date().toISOString().slice(0, 7);
        const shown = await ask<Indicators>(asked, "GET", api(domain, "indicators", month));
        const title = words(asked).t("mail-console.indicators");
        return page(asked, domain, { at: "/indicators", title, body: buildIndicators(words(asked), month, shown) });
      },
    }),
    ...custodyPages(desk),
  ];
}
