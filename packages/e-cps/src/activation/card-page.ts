// After a sign-in with the card at the wallet's portal: what brings the telephone in (e-CPS 3.1, second way). The page is shown on
// the card's own listener; a code of ninety seconds is scanned, or typed in the application.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { type Actor, Reply } from "@cercle/web";
import { encode } from "uqr";
import { eCpsTexts } from "../texts.ts";
import type { Activations } from "./activations.ts";

/** `nationalId` was proven by the card's certificate; `wallet` is the origin where the application lives. */
export type CardHolder = { readonly nationalId: string; readonly language: Language; readonly wallet: string };

export function createCardPage({
  store,
  activations,
  frame,
}: {
  store: Store;
  activations: Activations;
  frame(language: Language, actor: Actor): Frame;
}): (holder: CardHolder) => Promise<Reply> {
  return async ({ nationalId, language, wallet }) => {
    const t = (key: keyof typeof eCpsTexts, params = {}): string => say(eCpsTexts[key], language, params);
    const identity = await activations.identify(nationalId);
    const { link } = await store.transaction((tx) => activations.makeLink(tx, identity.nationalId, "card"));
    const address = `${wallet}/app/#/link/${link}`;
    const page = buildPage(
      { ...frame(language, { kind: "nobody" }), nav: [] },
      {
        title: t("e-cps.card.title"),
        main: html`<h1>${t("e-cps.card.title")}</h1>
<p>${t("e-cps.card.who")} <strong>${identity.givenName} ${identity.familyName}</strong> <code>${identity.nationalId}</code></p>
<section class="card stack"><h2>${t("e-cps.card.scan")}</h2>${drawQr(address, t("e-cps.card.qr"))}
<p>${t("e-cps.card.type")}</p><p><code class="code" data-link="${address}">${link.replace(/(.{4})(?=.)/g, "$1-")}</code></p>
<p class="soft">${t("e-cps.card.time")}</p></section>
<form method="get"><button class="btn" type="submit">${t("e-cps.card.again")}</button></form>`,
      },
    );
    return Reply.html(page, { headers: { "cache-control": "no-store" } });
  };
}

/** White around it is part of the code (ISO/IEC 18004 §6.3.8): two modules inside the white card. */
function drawQr(text: string, label: string): Html {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join("");
  return html`<svg viewBox="0 0 ${size} ${size}" width="240" height="240" role="img" aria-label="${label}" shape-rendering="crispEdges"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`;
}
