import { defineTexts } from "@cercle/kernel";

export const whitelistTexts = defineTexts({
  "whitelist.verify.about": {
    fr: "vérifie une liste blanche (format national compris), sans serveur",
    en: "verifies a whitelist (national format included), without a server",
  },
  "whitelist.verify.trust": { fr: "ancres et chaîne, PEM", en: "anchors and chain, PEM" },
  "whitelist.verify.valid": { fr: "Signature valable : {signer} (jusqu’au {until})", en: "Valid signature: {signer} (until {until})" },
  "whitelist.verify.generated": { fr: "Liste du {date}", en: "List of {date}" },
  "whitelist.verify.domains": {
    fr: "{domains} domaines, {entries} lignes, {duplicates} en double",
    en: "{domains} domains, {entries} rows, {duplicates} duplicated",
  },
});
