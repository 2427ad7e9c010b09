import { defineTexts } from "@cercle/kernel";

export const evidenceTexts = defineTexts({
  "evidence.paper.registered": { fr: "Lettre recommandée", en: "Registered letter" },
  "evidence.paper.registered-receipt": { fr: "Lettre recommandée avec avis de réception", en: "Registered letter with acknowledgement of receipt" },
  "evidence.paper.electronic-registered": {
    fr: "Lettre recommandée électronique remise par cet espace (non qualifiée au sens du règlement eIDAS)",
    en: "Electronic registered letter handed over by this space (not qualified under the eIDAS regulation)",
  },
  "evidence.paper.references": { fr: "Nos références : {reference} — dossier {file}. Le {date}.", en: "Our references: {reference} — file {file}. {date}." },
  "evidence.paper.clause": { fr: "Article appliqué : {clause}.", en: "Article applied: {clause}." },
  "evidence.paper.head": {
    fr: "Tête de preuve n° {size} : {root}. Gardez cette lettre : si l’historique publié ne prolonge plus cette tête, il a été réécrit.",
    en: "Head of evidence no. {size}: {root}. Keep this letter: if the published history no longer continues this head, it was rewritten.",
  },
});
