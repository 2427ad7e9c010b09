// Formal notice, time asked, deactivation, removal, cut, reactivation (PSC 12.2).
import { readDay } from "../../../engine/clocks.ts";
import type { Check, EntryKind } from "../../../engine/definition.ts";
import { breachKinds, notWaived } from "../../breach.ts";
import { asked, connected, joins, text } from "./vocabulary.ts";

const measuresExamined: Check = {
  article: "PSC 12.2",
  code: "law.measures-not-examined",
  reason: {
    fr: "La réouverture suit l’instruction des mesures mises en place (measures-examined).",
    en: "Reopening follows the examination of the measures taken (measures-examined).",
  },
  ok(view) {
    const cut = view.state.entries.findLast((entry) => entry.type === "deactivated" || entry.type === "cut-for-public-interest");
    return cut === undefined || view.state.entries.some((entry) => entry.type === "measures-examined" && entry.seq > cut.seq);
  },
};

const granted: Check = {
  article: "PSC 12.2",
  code: "law.incomplete",
  reason: {
    fr: "Une prolongation accordée dit sa date (until) ; toute décision suit une évaluation du risque.",
    en: "A granted extension states its day (until); any decision follows a risk assessment.",
  },
  ok: (_view, { payload }) => payload.granted !== true || readDay(payload.until) !== undefined,
};

export const formalNoticeKinds: Readonly<Record<string, EntryKind>> = {
  ...breachKinds({ other: "provider" }),
  "formal-notice-sent": {
    about: { fr: "mise en demeure préalable, avec les non-conformités et le délai", en: "prior formal notice, with the non-conformities and the delay" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: connected,
    matter: { of: "breach", role: "opens" },
    letter: true,
    fields: {
      non_conformities: { kind: "list", required: true, about: { fr: "non-conformités", en: "non-conformities" } },
      delay: { kind: "length", required: true, about: { fr: "délai donné", en: "delay given" } },
    },
    checks: [notWaived("PSC 12.2")],
  },
  "extension-of-time-asked": {
    about: { fr: "délai supplémentaire demandé, avec sa justification", en: "more time asked, with its justification" },
    by: ["provider"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: { reasons: text("la justification", "the justification", true) },
  },
  "extension-of-time-granted": {
    about: { fr: "délai supplémentaire accordé après évaluation du risque", en: "more time granted after a risk assessment" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: {
      until: { kind: "date", required: true, about: { fr: "nouvelle date", en: "new day" } },
      risk: text("évaluation du risque", "risk assessment", true),
    },
    checks: [asked("extension-of-time-asked", "PSC 12.2", "Personne n’a demandé de délai.", "Nobody asked for more time."), granted],
  },
  "extension-of-time-refused": {
    about: { fr: "délai supplémentaire refusé après évaluation du risque", en: "more time refused after a risk assessment" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("breach"),
    fields: { risk: text("évaluation du risque", "risk assessment", true) },
    checks: [asked("extension-of-time-asked", "PSC 12.2", "Personne n’a demandé de délai.", "Nobody asked for more time.")],
  },
  deactivated: {
    about: { fr: "accès désactivé (réactivable)", en: "access deactivated (can be reactivated)" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: connected,
    matter: joins("breach"),
  },
  removed: {
    about: { fr: "accès supprimé (tout le parcours est à refaire)", en: "access removed (the whole path again)" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: [...connected, "deactivated"],
    matter: joins("breach", true),
  },
  "cut-for-public-interest": {
    about: { fr: "coupure immédiate, intérêt général ou sécurité publique", en: "immediate cut, general interest or public safety" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: [...connected, "deactivated"],
    matter: { of: "cut", role: "opens" },
    fields: {
      ground: { kind: ["general-interest", "public-safety"], required: true, about: { fr: "le motif : l’un des deux", en: "the ground: one of the two" } },
      kind: { kind: ["deactivation", "removal"], required: true, about: { fr: "désactivation ou suppression", en: "deactivation or removal" } },
    },
  },
  "provider-informed": {
    about: { fr: "fournisseur informé de la coupure", en: "provider told of the cut" },
    by: ["agency"],
    article: "PSC 12.2",
    matter: joins("cut"),
  },
  "measures-examined": {
    about: { fr: "mesures du fournisseur instruites", en: "measures of the provider examined" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: ["deactivated"],
  },
  reactivated: {
    about: { fr: "accès réactivé", en: "access reactivated" },
    by: ["agency"],
    article: "PSC 12.2",
    phases: ["deactivated"],
    checks: [measuresExamined],
  },
};
