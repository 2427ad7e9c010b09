// Documents that parties sign: the text, its digest, who signed and with what power, and each party's sealed original.
import { field, type Html, html } from "@cercle/pages";
import { badge, capital, type Words } from "../words.ts";
import type { DocumentView } from "./file-tabs.ts";

export function buildDocumentList(words: Words, documents: readonly DocumentView[], names: ReadonlyMap<string, string>, own: readonly string[]): Html {
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
    const mine = document.parties.filter(
      (party) => own.includes(party) && !document.signatures.some((signature) => signature.party === party && signature.counts),
    );
    const original =
      document.state === "sealed" ? html`<a class="btn" href="/api/documents/${document.reference}/original">${t("portal.documents.original")}</a>` : "";
    return html`<section class="card" aria-labelledby="${document.reference}"><div class="line"><h2 id="${document.reference}">${document.reference}</h2>${badge(kinds[document.state], t(`portal.documents.state.${document.state}`))}</div><p class="small soft">${words.day(document.drafted_at)} · <code>${document.digest.slice(0, 16)}…</code></p><ul class="rows">${lines}</ul>${document.waiting_because ? html`<p class="notice">${document.waiting_because}</p>` : ""}<p class="actions"><a class="btn" href="/api/documents/${document.reference}/document">${t("portal.documents.text")}</a>${original}</p>${mine.map((party) => signForm(words, document.reference, party))}</section>`;
  })}</div>`;
}

/** One's own signature, with a passkey; the page says what a signature is of, and asks for the power to sign. */
function signForm(words: Words, reference: string, party: string): Html {
  const { t } = words;
  return html`<form class="stack" data-sign="/api/documents/${reference}/passkey"><h3>${t("portal.documents.sign")}</h3><p class="small soft">${t("portal.documents.sign-lead")}</p>${field({ name: "capacity", label: t("portal.documents.capacity"), required: true })}${field({ name: "shown_by", label: t("portal.documents.shown-by"), hint: t("portal.documents.shown-by-hint"), required: true })}<p role="alert" class="notice bad" data-failed hidden>${t("portal.documents.failed")}</p><noscript><p class="notice">${t("portal.documents.no-script")}</p></noscript><input type="hidden" name="party" value="${party}"><button class="btn main" hidden>${t("portal.documents.with-passkey")}</button></form>`;
}
