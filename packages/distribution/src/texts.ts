import { defineTexts } from "@cercle/kernel";

export const distributionTexts = defineTexts({
  "distribution.page.title": { fr: "Espace éditeurs", en: "Vendor area" },
  "distribution.page.lead": {
    fr: "Les logiciels de la carte : versions, documents, ce qui est en accès libre et ce qui demande un accès nominatif.",
    en: "The card’s software: versions, documents, what is open and what needs a nominative access.",
  },
  "distribution.page.versions": { fr: "Versions", en: "Versions" },
  "distribution.page.none": { fr: "Aucune version n’est encore publiée.", en: "No version is published yet." },
  "distribution.page.version": { fr: "Version", en: "Version" },
  "distribution.page.state": { fr: "État", en: "State" },
  "distribution.page.since": { fr: "Publiée le", en: "Published on" },
  "distribution.state.published": { fr: "publiée", en: "published" },
  "distribution.state.prohibited": { fr: "interdite", en: "prohibited" },
  "distribution.state.retired": { fr: "retirée", en: "retired" },
  "distribution.page.open": { fr: "En accès libre", en: "Open to all" },
  "distribution.page.anchors": { fr: "Certificats racines de l’espace (PEM)", en: "Root certificates of the space (PEM)" },
  "distribution.page.feed": { fr: "Nouvelles versions, en Atom", en: "New versions, as Atom" },
  "distribution.page.list": { fr: "Versions, en JSON", en: "Versions, as JSON" },
  "distribution.page.procedures": {
    fr: "Procédures : commander des cartes de test et un certificat de serveur de test, par l’API (openapi.json, « distribution » et « pki »).",
    en: "Procedures: ordering test cards and a test server certificate, by the API (openapi.json, “distribution” and “pki”).",
  },
  "distribution.page.protected": { fr: "En accès nominatif", en: "By nominative access" },
  "distribution.page.protected-how": {
    fr: "Paquets, signatures et manuels s’ouvrent aux personnes que l’annexe 3 nomme, une fois le contrat signé des deux parties.",
    en: "Packages, signatures and manuals open to the persons that annex 3 names, once the contract is signed by both.",
  },
  "distribution.page.yours": { fr: "Votre contrat {file}", en: "Your contract {file}" },
  "distribution.page.closed": { fr: "L’accès nominatif n’est pas ouvert à ce compte.", en: "Nominative access is not open to this account." },
  "distribution.page.package": { fr: "Paquet {number}", en: "Package {number}" },
  "distribution.page.signature": { fr: "signature", en: "signature" },
  "distribution.page.manual": { fr: "manuel", en: "manual" },
});
