// Plots that are tables: each row its words, its bar, its number. Nothing is said by the bar alone.
import { type Html, html } from "@cercle/pages";
import type { Words } from "../words.ts";

export type Bar = { readonly label: string; readonly value: number; readonly kind?: "open" | "soon" | "shut" | "still"; readonly href?: string };

export function buildBars(words: Words, { id, title, of, bars, none }: { id: string; title: string; of: string; bars: readonly Bar[]; none?: string }): Html {
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const rows = bars.map(
    (bar) =>
      html`<tr><th scope="row">${bar.href ? html`<a href="${bar.href}">${bar.label}</a>` : bar.label}</th><td class="drawn"><svg width="100%" height="18" aria-hidden="true" focusable="false"><rect class="bar ${bar.kind ?? ""}" width="${((bar.value / most) * 100).toFixed(1)}%" height="18" rx="3"></rect></svg></td><td class="number">${bar.value.toLocaleString(words.language)}</td></tr>`,
  );
  return html`<section class="card plot" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${bars.every(({ value }) => value === 0) ? html`<p class="soft">${none ?? words.t("portal.statistics.none")}</p>` : html`<table aria-labelledby="${id}"><thead class="unseen"><tr><th scope="col">${title}</th><td></td><th scope="col">${of}</th></tr></thead><tbody>${rows}</tbody></table>`}</section>`;
}
