// Try and see, as a page: what a client would receive for a person, each member with its source and what other profiles change.
import { type Language, say } from "@cercle/kernel";
import { buildPage, choice, type Frame, field, type Html, html } from "@cercle/pages";
import { profileNames } from "../provider/profiles.ts";
import { connectTexts } from "../texts.ts";
import { type Preview, previewDocuments, sourceTexts } from "./preview.ts";

type Key = keyof typeof connectTexts;
export type PreviewForm = {
  /** Those to choose from; none for who may not see the others' and types an identifier. */
  readonly clients?: readonly { readonly id: string; readonly name: string }[] | undefined;
  /** What was asked, to be asked again with a change. */
  readonly client?: string | undefined;
  readonly person?: string | undefined;
  readonly profile?: string | undefined;
  readonly problem?: string | undefined;
};

const addCommand = "npx --no-install cercle client add --id demo --redirect-uri http://localhost:3000/cb";

/** Short values stand in the cell; a list or a record opens. */
function show(value: unknown, absent: string): Html {
  if (value === null || value === undefined || value === "") return html`<span class="soft">${value === "" ? '""' : absent}</span>`;
  if (typeof value !== "object") return html`<code>${String(value)}</code>`;
  const text = JSON.stringify(value, null, 2);
  if (text.length < 80) return html`<code>${JSON.stringify(value)}</code>`;
  return html`<details><summary>${Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`}</summary><pre class="code">${text}</pre></details>`;
}

export function buildPreviewPage(frame: Frame, language: Language, form: PreviewForm, preview: Preview | undefined): string {
  const t = (key: Key, params: Record<string, string> = {}): string => say(connectTexts[key], language, params);
  const title = t("connect.preview.title");
  const head = (key: Key): Html => html`<th scope="col">${t(key)}</th>`;
  const others = (document: string, member: string): Html[] =>
    Object.entries(preview?.differences ?? {}).flatMap(([profile, members]) => {
      const found = members[`${document}.${member}`];
      return found ? [html`<div><span class="soft small">${profile}</span> ${show(found.there, t("connect.preview.absent"))}</div>`] : [];
    });
  const table = (document: (typeof previewDocuments)[number]): Html => {
    const label: Key = `connect.preview.${document}`;
    const members = preview?.[document] ?? {};
    // A member that only another profile gives is said too.
    const absent = Object.values(preview?.differences ?? {}).flatMap((differing) =>
      Object.keys(differing).flatMap((key) =>
        key.startsWith(`${document}.`) && !(key.slice(document.length + 1) in members) ? [key.slice(document.length + 1)] : [],
      ),
    );
    const names = [...Object.keys(members), ...new Set(absent)];
    // What discovery says is its environment's, whoever asks.
    const plain = document === "discovery";
    const more = (name: string): Html =>
      html`<td data-label="${t("connect.preview.source")}">${sourceTexts[name]?.[language] ?? ""}</td><td data-label="${t("connect.preview.others")}">${others(document, name)}</td>`;
    return html`<h2 id="${document}">${t(label)}</h2><div class="board"><table><thead><tr>${head("connect.preview.member")}${head("connect.preview.value")}${plain ? "" : html`${head("connect.preview.source")}${head("connect.preview.others")}`}</tr></thead>
<tbody>${names.map((name) => html`<tr><th scope="row"><code>${name}</code></th><td data-label="${t("connect.preview.value")}">${show(members[name], t("connect.preview.absent"))}</td>${plain ? "" : more(name)}</tr>`)}</tbody></table></div>`;
  };
  return buildPage(frame, {
    title,
    wide: true,
    main: html`<h1>${title}</h1><p>${t("connect.preview.lead")}</p>
${form.problem ? html`<p class="notice bad" role="alert">${form.problem}</p>` : ""}
${
  form.clients?.length === 0
    ? html`<p class="notice">${t("connect.preview.no-client")} <code>${addCommand}</code></p>`
    : html`<form class="filters" method="get">
${
  form.clients
    ? choice({
        name: "client",
        label: t("connect.preview.client"),
        options: form.clients.map(({ id, name }) => [id, name === id ? id : `${name} (${id})`] as const),
        value: form.client,
      })
    : field({ name: "client", label: t("connect.preview.client"), required: true, ...(form.client ? { value: form.client } : {}) })
}
${field({ name: "person", label: t("connect.preview.person"), inputmode: "text", required: true, ...(form.person ? { value: form.person } : {}) })}
${choice({ name: "profile", label: t("connect.preview.profile"), options: [["", t("connect.preview.own")], ...profileNames.map((name) => [name, name] as const)], value: form.profile })}
<button class="btn main" type="submit">${t("connect.preview.show")}</button></form>`
}
${
  preview
    ? html`<p>${t("connect.preview.as", { profile: preview.profile })}</p><nav class="actions" aria-label="${title}">${previewDocuments.map((document) => html`<a href="#${document}">${t(`connect.preview.${document}`)}</a> `)}</nav>${previewDocuments.map(table)}`
    : ""
}`,
  });
}
