// Audit on documents (PSC 11).
import type { EntryKind } from "../../../engine/definition.ts";
import { asked, connected, joins } from "./vocabulary.ts";

export const auditKinds: Readonly<Record<string, EntryKind>> = {
  "audit-opened": {
    about: { fr: "audit sur pièces, sans motif à donner", en: "audit on documents, no reason needed" },
    by: ["agency"],
    article: "PSC 11",
    phases: [...connected, "deactivated"],
    matter: { of: "audit", role: "opens" },
  },
  "documents-requested": {
    about: { fr: "pièces demandées", en: "documents asked" },
    by: ["agency"],
    article: "PSC 11",
    matter: joins("audit"),
    fields: {
      documents: { kind: "list", required: true, about: { fr: "les pièces", en: "the documents" } },
      reply_by: { kind: "date", required: true, about: { fr: "échéance dite par l’auditeur", en: "day set by the auditor" } },
    },
  },
  "documents-supplied": { about: { fr: "pièces fournies", en: "documents supplied" }, by: ["provider"], article: "PSC 11", matter: joins("audit") },
  "audit-report": { about: { fr: "rapport d’audit", en: "audit report" }, by: ["agency"], article: "PSC 11", matter: joins("audit") },
  "measures-agreed": {
    about: { fr: "mesures correctives et délai convenus par les deux parties", en: "corrective measures and delay agreed by both" },
    by: ["both"],
    article: "PSC 11",
    matter: joins("audit"),
    fields: { until: { kind: "date", required: true, about: { fr: "date convenue", en: "day agreed" } } },
    checks: [asked("audit-report", "PSC 11", "Les mesures suivent le rapport d’audit.", "Measures follow the audit report.")],
  },
  "measures-done": {
    about: { fr: "mesures correctives réalisées", en: "corrective measures done" },
    by: ["provider"],
    article: "PSC 11",
    matter: joins("audit", true),
  },
};
