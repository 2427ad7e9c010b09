// The service that a file opens, from the side of those who build it: addresses, credentials of the sandbox, and what the service
// last refused to their software, with what it expected.
import { randomUUID } from "node:crypto";
import type { CurrentRight } from "@cercle/governance";
import { choice, field, type Html, html } from "@cercle/pages";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, Reader, Seen } from "../desk.ts";
import { partyRoles } from "../places.ts";
import { badge, type Words } from "../words.ts";
import { reference } from "./file-routes.ts";
import { headOf } from "./letter-routes.ts";

type Client = {
  readonly client_id: string;
  readonly environment: string;
  readonly profile: string;
  readonly issuer: string;
  readonly redirect_uris?: readonly string[];
  readonly token_endpoint_auth_method?: string;
  readonly log: readonly {
    readonly at: string;
    readonly route: string;
    readonly error: string;
    readonly description: string;
    readonly expected: { readonly fr: string; readonly en: string };
  }[];
};
type Made = { readonly client_id: string; readonly client_secret?: string };

/** The API answers for clients to officers; the page has already made sure that the file is the reader's and names the client. */
const machine = { kind: "operator" } as const;
const registered = "client-registered";

export function servicePages(desk: Desk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/files/:reference/service",
      about: "What the file opens, for those who build.",
      who: desk.readers,
      page: true,
      params: reference,
      async handle({ params, language, actor }) {
        return showService(desk, { language, actor }, await desk.see(actor, params.reference), undefined);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/files/:reference/service/clients",
      about: "Registers a client of the sandbox; its secret is shown once.",
      who: partyRoles,
      page: true,
      perMinute: 20,
      params: reference,
      body: z.object({ redirect_uri: z.url().max(2000), environment: z.enum(["bas", "production"]) }),
      async handle({ params, body, language, actor }) {
        const reader = { language, actor };
        const seen = await desk.see(actor, params.reference);
        if (!(await mayRegister(desk, reader, seen))) return Reply.see(`/files/${params.reference}/service`);
        const id = `${params.reference.toLowerCase()}-${body.environment}-${randomUUID().slice(0, 6)}`;
        const asMachine = { language, actor: machine };
        const made = await desk.ask<Made>(asMachine, "POST", "/api/clients", {
          body: { client_id: id, redirect_uris: [body.redirect_uri], environment: body.environment, name: seen.name },
        });
        // The grant that registration signs in a sandbox goes: only this file opens the client's door.
        await desk.ask(asMachine, "POST", "/api/sandbox/withdrawals", { body: { right: "client.sign-in", subject: id } });
        await desk.ask(reader, "POST", `/api/files/${params.reference}/entries`, {
          body: { type: registered, payload: { by: seen.party, client_id: id, environment: body.environment } },
        });
        return showService(desk, reader, seen, made);
      },
    }),
  ];
}

async function mayRegister(desk: Desk, reader: Reader, seen: Seen): Promise<boolean> {
  if (desk.mode !== "sandbox" || seen.party === undefined || seen.party === "agency") return false;
  const entries = await desk.governance.evidence.list(desk.store, seen.file.id);
  return desk.view(seen, entries, reader.language).allowed.some((act) => act.type === registered);
}

async function showService(desk: Desk, reader: Reader, seen: Seen, made: Made | undefined): Promise<Reply> {
  const words = desk.words(reader.language);
  const rights = await desk.governance.files.rights(desk.store, { reference: seen.file.reference });
  const clients: Client[] = [];
  for (const right of rights.filter((one) => one.right === "client.sign-in")) {
    const client = await desk.asks
      .ask({ method: "GET", path: `/api/clients/${encodeURIComponent(right.subject)}`, actor: machine, language: reader.language })
      .catch(() => undefined);
    if (client) clients.push(client as Client);
  }
  const may = await mayRegister(desk, reader, seen);
  const main = html`${await headOf(desk, reader, seen, "service")}${made ? secretOf(words, made) : ""}${buildService(words, rights, clients)}${may ? newClient(words, seen.file.reference) : ""}`;
  return desk.page(reader, { title: seen.name, main, at: "/files" });
}

function secretOf(words: Words, made: Made): Html {
  return html`<section class="card notice good" role="status"><h2>${words.t("portal.service.made")}</h2><p>${words.t("portal.service.once")}</p><dl><dt>${"client_id"}</dt><dd><code>${made.client_id}</code></dd>${made.client_secret ? html`<dt>${"client_secret"}</dt><dd><code>${made.client_secret}</code></dd>` : ""}</dl></section>`;
}

function buildService(words: Words, rights: readonly CurrentRight[], clients: readonly Client[]): Html {
  const { t, language } = words;
  const others = rights.filter((right) => right.right !== "client.sign-in" && !right.subject.startsWith("party:"));
  if (clients.length + others.length === 0) return html`<p class="empty">${t("portal.service.empty")}</p>`;
  const open = (right: string, subject: string): boolean => rights.some((one) => one.right === right && one.subject === subject && one.state === "open");
  const state = (is: boolean): Html => (is ? badge("open", t("portal.file.open")) : badge("still", t("portal.file.closed")));
  const cards = clients.map((client) => {
    const faults = client.log
      .slice(0, 20)
      .map(
        (fault) =>
          html`<tr><td>${words.moment(fault.at)}</td><th scope="row"><code>${fault.error}</code> <span class="soft small">${fault.route}</span></th><td>${fault.description}</td><td data-label="${t("portal.service.expected")}">${fault.expected[language]}</td></tr>`,
      );
    const checks =
      faults.length === 0
        ? html`<p class="notice good">${t("portal.service.no-fault")}</p>`
        : html`<div class="board"><table aria-label="${t("portal.service.checks")}"><thead><tr><th scope="col">${t("portal.service.when")}</th><th scope="col">${t("portal.service.error")}</th><th scope="col">${t("portal.service.said")}</th><th scope="col">${t("portal.service.expected")}</th></tr></thead><tbody>${faults}</tbody></table></div>`;
    return html`<section class="card stack" aria-labelledby="c-${client.client_id}"><div class="line"><h2 id="c-${client.client_id}"><code>${client.client_id}</code></h2>${state(open("client.sign-in", client.client_id))}</div><dl><dt>${t("portal.service.environment")}</dt><dd>${words.named("value", client.environment)}</dd><dt>${t("portal.service.discovery")}</dt><dd><a href="${discoveryOf(client)}"><code>${discoveryOf(client)}</code></a></dd><dt>${t("portal.service.redirect")}</dt><dd><code>${(client.redirect_uris ?? []).join(" ")}</code></dd><dt>${t("portal.service.profile")}</dt><dd><code>${client.profile}</code> · <code>${client.token_endpoint_auth_method ?? ""}</code></dd></dl><h3>${t("portal.service.checks")}</h3>${checks}</section>`;
  });
  const list =
    others.length === 0
      ? ""
      : html`<section class="card"><h2>${t("portal.service.names")}</h2><ul class="rows">${others.map((right) => html`<li><span>${words.named("right", right.right)} <code>${right.subject}</code></span>${state(right.state === "open")}</li>`)}</ul></section>`;
  return html`<div class="stack">${cards}${list}</div>`;
}

const discoveryOf = (client: Client): string => `${client.issuer}/.well-known/wallet-openid-configuration`;

function newClient(words: Words, file: string): Html {
  const { t } = words;
  const environments = (["bas", "production"] as const).map((one) => [one, words.named("value", one)] as const);
  return html`<form method="post" action="/files/${file}/service/clients" class="card stack"><h2>${t("portal.service.new")}</h2><p class="soft">${t("portal.service.new-lead")}</p>${field({ name: "redirect_uri", label: t("portal.service.redirect"), type: "url", required: true, value: "http://localhost:9999/retour" })}${choice({ name: "environment", label: t("portal.service.environment"), options: environments, value: "bas" })}<button class="btn main">${t("portal.service.create")}</button></form>`;
}
