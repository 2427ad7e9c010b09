// Words of the mandates of outside controllers.
import { defineTexts } from "@cercle/kernel";

export const mandateTexts = defineTexts({
  "portal.mandates.title": { fr: "Mandats de contrôle", en: "Mandates to control" },
  "portal.mandates.lead": {
    fr: "Un contrôleur extérieur ne lit que les dossiers pour lesquels un mandat est en cours. Pour lui, les autres n’existent pas. Tout ce qu’il demande laisse une trace.",
    en: "An outside controller reads only files with a mandate running. To them the others do not exist. All they ask leaves a trace.",
  },
  "portal.mandates.empty": { fr: "Personne de l’extérieur ne lit ce dossier.", en: "Nobody from outside reads this file." },
  "portal.mandates.running": { fr: "● en cours", en: "● running" },
  "portal.mandates.to-come": { fr: "◷ à venir", en: "◷ to come" },
  "portal.mandates.ended": { fr: "○ terminé", en: "○ ended" },
  "portal.mandates.revoked": { fr: "○ révoqué", en: "○ revoked" },
  "portal.mandates.days": { fr: "du {from} au {until} inclus", en: "from {from} to {until} included" },
  "portal.mandates.give": { fr: "Donner un mandat", en: "Give a mandate" },
  "portal.mandates.who": { fr: "Contrôleur", en: "Controller" },
  "portal.mandates.nobody": {
    fr: "Aucun compte n’a le rôle de contrôleur. Invitez d’abord la personne.",
    en: "No account has the role of a controller. Invite the person first.",
  },
  "portal.mandates.from": { fr: "Premier jour", en: "First day" },
  "portal.mandates.until": { fr: "Dernier jour", en: "Last day" },
  "portal.mandates.control": { fr: "Contrôle", en: "Control" },
  "portal.mandates.control-hint": {
    fr: "Celui que le mandat sert : visite, audit, vérification.",
    en: "The one that the mandate serves: visit, audit, verification.",
  },
  "portal.mandates.revoke": { fr: "Révoquer", en: "Revoke" },
  "portal.mandates.reason": { fr: "Motif de la révocation", en: "Reason of the revocation" },
  "portal.mandates.traces": { fr: "Ce qui a été demandé ({count})", en: "What was asked ({count})" },
});
