// Documents that parties sign: the text, its digest, who signed and with what power, and each party's sealed original.
import { type Html, html } from "@cercle/pages";
import type { DocumentView } from "./file-tabs.ts";
import { badge, capital, type Words } from "./words.ts";

export function buildDocumentList(words: Words, documents: readonly DocumentView[], names: ReadonlyMap<string, string>): Html {
  const { t } = words;
  if (documents.length === 0) return html`<p class="empty">${t("portal.documents.empty")}</p>`;
  const nameOf = (party: string): string => names.get(party) ?? capital(words.party(party));
  const kinds = { drafted: "soon", signed: "soon", sealed: "open" } as const;
  return html`<div class="stack">${documents.map((document) => {
    const lines = document.parties.map((party) => {
      const signed = document.signatures.find((signature) => signature.party === party && signature.counts);
      const who = signed?.power ? `${words.named("signature", signed.method)}, ${words.day(signed.signed_at)} · ${signed.power.capacity}` : "";
      return html`<li><span>${nameOf(party)}<br><span class="small soft">${who}</span></span>${signed ? badge("open", t("portal.documents.signed")) : badge("soon", t("portal.documents.unsigned"))}</li>`;
    });
    const original =
      document.state === "sealed" ? html`<a class="btn" href="/api/documents/${document.reference}/original">${t("portal.documents.original")}</a>` : "";
    return html`<section class="card" aria-labelledby="${document.reference}"><div class="line"><h2 id="${document.reference}">${document.reference}</h2>${badge(kinds[document.state], t(`portal.documents.state.${document.state}`))}</div><p class="small soft">${words.day(document.drafted_at)} · <code>${document.digest.slice(0, 16)}…</code></p><ul class="rows">${lines}</ul>${document.waiting_because ? html`<p class="notice">${document.waiting_because}</p>` : ""}<p class="actions"><a class="btn" href="/api/documents/${document.reference}/document">${t("portal.documents.text")}</a>${original}</p></section>`;
  })}</div>`;
}
