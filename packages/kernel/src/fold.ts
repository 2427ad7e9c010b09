// The one folding of names for search. Stored folded columns and search words both come through here, so they meet.

/** `Élodie` → `ELODIE`, `d'Arc` → `D ARC`, `Le-Goff` → `LE GOFF`, `Œuvrard` → `OEUVRARD`. */
export function foldName(text: string): string {
  return text
    .replace(/[œŒ]/g, "oe")
    .replace(/[æÆ]/g, "ae")
    .replace(/ß/g, "ss")
    .replace(/[øØ]/g, "o")
    .replace(/[łŁ]/g, "l")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
