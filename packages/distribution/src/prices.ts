// Prices in integer cents, the price list of annex 2, and what an order of it must hold. Pure.
import { distributionErrors } from "./errors.ts";

export type PriceItem = { readonly code: string; readonly label: string; readonly cents: number };
export type OrderLine = PriceItem & { readonly quantity: number };

/** Annex 2 as it was signed. */
export const firstAnnex: readonly PriceItem[] = [
  { code: "APICPS0001", label: "Licence bibliothèque API-CPS et documentations associées", cents: 26_300 },
  { code: "JEUEDIT001", label: "Jeu de cartes de test (5 cartes)", cents: 11_400 },
  { code: "CSA-TEST", label: "Certificat de serveur applicatif de test, classe 4", cents: 5_000 },
];
export const firstAnnexName = "annexe 2 d’origine";
const codes = firstAnnex.map((item) => item.code);

/** `263`, `263.5`, `263,50` → cents; a third decimal is no price. */
export function parsePrice(price: string): number {
  const match = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(price.trim());
  if (!match) throw distributionErrors.refuse("distribution.bad-price", { params: { price: price.slice(0, 20) }, clause: "CPS annexe 2" });
  return Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
}

/** A new annex prices the same articles, each once (CPS 15.4: it replaces annex 2). */
export function readAnnex(items: readonly { code: string; label: string; price: string }[]): readonly PriceItem[] {
  const read = items.map(({ code, label, price }) => ({ code, label, cents: parsePrice(price) }));
  const same = read.length === codes.length && codes.every((code) => read.filter((item) => item.code === code).length === 1);
  if (!same) throw distributionErrors.refuse("distribution.bad-annex", { params: { codes: codes.join(", ") }, clause: "CPS 15.3" });
  return read;
}

/** Lines priced on the day. Throws on an article that is not in the list. */
export function priceOrder(annex: readonly PriceItem[], asked: readonly { code: string; quantity: number }[]): readonly OrderLine[] {
  return asked.map(({ code, quantity }) => {
    const item = annex.find((one) => one.code === code);
    if (!item) throw distributionErrors.refuse("distribution.no-article", { params: { code }, clause: "CPS annexe 2" });
    return { ...item, quantity };
  });
}

export const totalOf = (lines: readonly OrderLine[]): number => lines.reduce((sum, { cents, quantity }) => sum + cents * quantity, 0);

/** The flat fee alone: what article 18.9 limits damages to, extra cards and certificates excluded. */
export const feeOf = (lines: readonly OrderLine[]): number => totalOf(lines.filter((line) => line.code === "APICPS0001"));

/** How an amount is written on an invoice: `263,00 €`. */
export const writeEuros = (cents: number): string => `${Math.floor(cents / 100)},${String(cents % 100).padStart(2, "0")} €`;

/** CPS 15.2 says that the flat fee includes the reference kit, annex 2 prices its cards: contract before annex (art. 4), never solved in silence. */
export const knownConflict = { clauses: ["CPS 15.2", "CPS annexe 2"], prevails: "CPS 15.2", by: "CPS 4", charged: "CPS annexe 2" } as const;
