// What anyone sees: versions as JSON and Atom, root certificates, and the page of the vendor area with its two halves.
import { createHash } from "node:crypto";
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import type { Room } from "./room.ts";
import { distributionTexts, type Words } from "./texts.ts";
import { isShown, listVersions, publicVersion } from "./versions.ts";

type Shown = ReturnType<typeof publicVersion>;

export function publicRoutes(room: Room, { frame, anchors }: { frame(language: Language, actor: Actor): Frame; anchors(): string }): readonly Route[] {
  const { store, ports } = room;
  const shown = async (): Promise<readonly Shown[]> => (await listVersions(store)).filter(isShown).map(publicVersion);
  return [
    defineRoute({
      method: "GET",
      path: "/public/api-cps/versions.json",
      about: "Versions: number, state, day of publication, and nothing else.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: JSON.stringify(await shown()), type: "application/json", headers: { "cache-control": "no-store" } }),
    }),
    defineRoute({
      method: "GET",
      path: "/public/api-cps/versions.atom",
      about: "The same as Atom, for whoever follows new versions.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: writeAtom(await shown()), type: "application/atom+xml; charset=utf-8", headers: { "cache-control": "no-store" } }),
    }),
    defineRoute({
      method: "GET",
      path: "/public/api-cps/roots.pem",
      about: "Root certificates, open to all (annex 3).",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: anchors(), type: "application/x-pem-file" }),
    }),
    defineRoute({
      method: "GET",
      path: "/vendors",
      about: "The vendor area.",
      who: "anyone",
      page: true,
      async handle({ language, actor }) {
        const t: Words = (key, params = {}) => say(distributionTexts[key], language, params);
        const own = await ports.files.listOwn(actor);
        const areas: Html[] = [];
        for (const file of own) {
          const named = actor.kind === "account" && (await ports.files.namedPersons(file)).includes(actor.id);
          const open = named && (await ports.files.isOpen(file, "vendor-area.open"));
          areas.push(
            buildArea(
              t,
              file,
              open ? (await listVersions(store)).filter((version) => version.state !== "draft" && !version.prohibition).map(({ number }) => number) : undefined,
            ),
          );
        }
        return Reply.html(buildPage(frame(language, actor), { title: t("distribution.page.title"), main: buildOpen(t, await shown(), areas) }), {
          headers: { "cache-control": "no-store" },
        });
      },
    }),
  ];
}

function buildOpen(t: Words, versions: readonly Shown[], areas: readonly Html[]): Html {
  const word = (state: string): string => (state === "published" || state === "prohibited" || state === "retired" ? t(`distribution.state.${state}`) : state);
  return html`<h1>${t("distribution.page.title")}</h1><p>${t("distribution.page.lead")}</p>
<section class="card" aria-labelledby="versions"><h2 id="versions">${t("distribution.page.versions")}</h2>
${
  versions.length === 0
    ? html`<p class="soft">${t("distribution.page.none")}</p>`
    : html`<table><thead><tr><th scope="col">${t("distribution.page.version")}</th><th scope="col">${t("distribution.page.state")}</th><th scope="col">${t("distribution.page.since")}</th></tr></thead>
<tbody>${versions.map((version) => html`<tr><th scope="row">${version.number}</th><td>${word(version.state)}</td><td>${version.published_on}</td></tr>`)}</tbody></table>`
}</section>
<section class="card" aria-labelledby="open"><h2 id="open">${t("distribution.page.open")}</h2><ul>
<li><a href="/public/api-cps/roots.pem">${t("distribution.page.anchors")}</a></li><li><a href="/public/api-cps/versions.atom">${t("distribution.page.feed")}</a></li>
<li><a href="/public/api-cps/versions.json">${t("distribution.page.list")}</a></li><li>${t("distribution.page.procedures")}</li></ul></section>
<section class="card" aria-labelledby="protected"><h2 id="protected">${t("distribution.page.protected")}</h2><p>${t("distribution.page.protected-how")}</p>${areas}</section>`;
}

/** `numbers` are absent where this account has no nominative access. */
function buildArea(t: Words, file: string, numbers: readonly string[] | undefined): Html {
  const title = html`<h3><a href="/vendors/${file}">${t("distribution.page.yours", { file })}</a></h3>`;
  if (!numbers) return html`${title}<p class="notice">${t("distribution.page.closed")}</p>`;
  const link = (number: string, piece: string): string => `/api/distribution/versions/${number}/${piece}?file=${file}`;
  return html`${title}<ul>${numbers.map(
    (number) =>
      html`<li><a href="${link(number, "package")}">${t("distribution.page.package", { number })}</a> · <a href="${link(number, "signature")}">${t("distribution.page.signature")}</a> · <a href="${link(number, "manual")}">${t("distribution.page.manual")}</a></li>`,
  )}</ul>`;
}

/** RFC 4287. */
function writeAtom(versions: readonly Shown[]): string {
  const updated = (day: string): string => `${day || "1970-01-01"}T00:00:00Z`;
  const entries = versions.map((version) => {
    const id = createHash("sha256").update(JSON.stringify(version)).digest("hex").slice(0, 32);
    return `<entry><id>urn:cercle:api-cps:${id}</id><title>${version.number} ${version.state}</title><updated>${updated(version.published_on)}</updated><content type="text">${version.number} ${version.state}</content></entry>`;
  });
  const latest =
    versions
      .map((version) => version.published_on)
      .sort()
      .at(-1) ?? "";
  return `<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:cercle:api-cps</id><title>API-CPS</title><author><name>Cercle</name></author><updated>${updated(latest)}</updated>${entries.join("")}</feed>\n`;
}
