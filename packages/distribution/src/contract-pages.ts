// The page of a contract for the agency and its vendor: orders and invoices, versions and downloads, licences, followers. Without script.
import { type Language, say } from "@cercle/kernel";
import { buildPage, choice, type Frame, field, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { wanted } from "./follower-routes.ts";
import { addFollowerChecked, listFollowers, removeFollower } from "./followers.ts";
import { listLicences } from "./licences.ts";
import { buildCodes, buildOrders, orderActs, type Show } from "./order-pages.ts";
import { type Room, sideOf, sides } from "./room.ts";
import { distributionTexts, type Words } from "./texts.ts";
import { listVersions } from "./versions.ts";

const one = z.object({ file: z.string().max(40) });

export function contractPages(room: Room, { frame }: { frame(language: Language, actor: Actor): Frame }): readonly Route[] {
  const { store, ports } = room;
  const show: Show = async ({ language, actor, file, secret, codes = [] }) => {
    const t: Words = (key, params = {}) => say(distributionTexts[key], language, params);
    const title = t("distribution.contract.title", { file });
    const main = html`<h1>${title}</h1><p>${await ports.files.vendorName(file)} · <a href="/files/${file}">${t("distribution.contract.file")}</a></p>
${secret ? html`<p class="notice" role="status">${t("distribution.contract.secret")} <code>${secret}</code></p>` : ""}${codes.length > 0 ? buildCodes(t, codes) : ""}
${await buildOrders(room, t, file, actor)}${await buildVersions(room, t, file)}${await buildFollowers(room, t, file)}`;
    return Reply.html(buildPage(frame(language, actor), { title, main }), { headers: { "cache-control": "no-store" } });
  };
  return [
    defineRoute({
      method: "GET",
      path: "/vendors/:file",
      about: "A contract as the agency and its vendor see it.",
      who: sides,
      page: true,
      params: one,
      async handle({ params, language, actor }) {
        await sideOf(room, actor, params.file);
        return show({ language, actor, file: params.file });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/vendors/:file/followers",
      about: "Follows versions from the page; a webhook's secret is shown once.",
      who: sides,
      page: true,
      params: one,
      body: wanted,
      async handle({ params, body, language, actor }) {
        await sideOf(room, actor, params.file);
        const { secret } = await addFollowerChecked(room, params.file, body);
        return secret ? show({ language, actor, file: params.file, secret }) : Reply.see(`/vendors/${params.file}`);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/vendors/:file/followers/:follower/removal",
      about: "Follows no more, from the page.",
      who: sides,
      page: true,
      params: one.extend({ follower: z.uuid() }),
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        await removeFollower(store, params.file, params.follower);
        return Reply.see(`/vendors/${params.file}`);
      },
    }),
    ...orderActs(room, show),
  ];
}

/** Versions with how many licensees have each; a download asks for the nominative access by itself. */
async function buildVersions({ store }: Room, t: Words, file: string): Promise<Html> {
  const licences = await listLicences(store, file);
  const versions = (await listVersions(store)).filter(({ state }) => state !== "draft");
  const link = (number: string, piece: string): string => `/api/distribution/versions/${number}/${piece}?file=${file}`;
  const row = ({ number, prohibition }: (typeof versions)[number]): Html =>
    html`<li><b>${number}</b> ${prohibition ? html`<span class="state shut">${t("distribution.state.prohibited")}</span>` : html`<a href="${link(number, "package")}">${t("distribution.page.package", { number })}</a> · <a href="${link(number, "signature")}">${t("distribution.page.signature")}</a> · <a href="${link(number, "manual")}">${t("distribution.page.manual")}</a>`}
 — ${t("distribution.contract.have-it", { count: licences.filter((licence) => licence.version === number).length, all: licences.length })}</li>`;
  return html`<section class="card" aria-labelledby="versions"><h2 id="versions">${t("distribution.page.versions")}</h2>
${versions.length === 0 ? html`<p class="soft">${t("distribution.page.none")}</p>` : html`<ul class="stack">${versions.map(row)}</ul>`}</section>`;
}

async function buildFollowers({ store, ports }: Room, t: Words, file: string): Promise<Html> {
  const followers = await listFollowers(store, file, ports);
  const row = ({ follower, kind, address, last_failure, last_sent_at }: (typeof followers)[number]): Html =>
    html`<li>${t(`distribution.follow.${kind}`)} <code>${address}</code> ${last_failure ? html`<span class="state shut">${last_failure}</span>` : last_sent_at ? html`<span class="soft">${last_sent_at.toString().slice(0, 10)}</span>` : ""}
<form method="post" action="/vendors/${file}/followers/${follower}/removal"><button class="btn" aria-label="${t("distribution.follow.stop")} ${address}">${t("distribution.follow.stop")}</button></form></li>`;
  const kinds = (ports.mail ? (["email", "webhook"] as const) : (["webhook"] as const)).map((kind) => [kind, t(`distribution.follow.${kind}`)] as const);
  return html`<section class="card stack" aria-labelledby="follow"><h2 id="follow">${t("distribution.follow.title")}</h2>
${followers.length > 0 ? html`<ul class="stack">${followers.map(row)}</ul>` : ""}
<form class="stack" method="post" action="/vendors/${file}/followers">${choice({ name: "kind", label: t("distribution.follow.kind"), options: kinds })}
${field({ name: "address", label: t("distribution.follow.address"), required: true, autocomplete: "off" })}<button class="btn main">${t("distribution.follow.add")}</button></form></section>`;
}
