// New versions of the reference and urgent requirements (MSS 10).
import { type Clause, registeredWithReceipt } from "../../../engine/definition.ts";
import { openProcedure, soft } from "./vocabulary.ts";

const afterConclusion: Clause["when"] = (_matter, trigger, state) => {
  const concluded = state.milestones.get("concluded")?.entry;
  return concluded !== undefined && concluded.happenedAt.epochMilliseconds <= trigger.happenedAt.epochMilliseconds;
};

export const referencesClauses: readonly Clause[] = [
  {
    id: "MSS-10-notify",
    article: "MSS 10",
    requirements: ["MSS-29"],
    trigger: "reference-published",
    runsFrom: "publication",
    delay: soft,
    moves: false,
    by: "agency",
    channel: ["email"],
    effect: { kind: "duty", met: ["reference-notified"] },
    when: afterConclusion,
    about: { fr: "prévenir le référent de l’opérateur par courriel, dès la publication", en: "tell the operator’s contact person by e-mail, upon publication" },
  },
  {
    id: "MSS-10-apply",
    article: "MSS 10",
    requirements: ["MSS-50"],
    trigger: "reference-published",
    runsFrom: "publication",
    delay: { length: 6, unit: "months" },
    moves: true,
    by: "operator",
    effect: { kind: "duty", met: ["reference-applied"] },
    when: afterConclusion,
    about: { fr: "prendre en compte la nouvelle version du référentiel", en: "apply the new version of the reference" },
  },
  {
    id: "MSS-10-commitment",
    article: "MSS 10",
    requirements: ["MSS-29"],
    trigger: "reference-published",
    runsFrom: "publication",
    delay: { length: 6, unit: "months" },
    moves: true,
    by: "operator",
    channel: registeredWithReceipt,
    effect: { kind: "duty", met: ["reference-commitment-sent"] },
    when: afterConclusion,
    about: { fr: "adresser l’engagement à la nouvelle version", en: "send the commitment to the new version" },
    assumption: { fr: "la panne du courriel au référent ne déplace rien.", en: "a failure of the e-mail to the contact person moves nothing." },
  },
  {
    id: "MSS-10-reception",
    article: "MSS 10",
    requirements: ["MSS-29"],
    trigger: "reference-published",
    runsFrom: "publication",
    delay: { length: 6, unit: "months" },
    moves: true,
    by: "operator",
    effect: {
      kind: "condition",
      met: ["reference-commitment-received"],
      unmet: openProcedure("engagement à la nouvelle version non reçu", "commitment to the new version not received"),
    },
    when: afterConclusion,
    about: { fr: "l’engagement à la nouvelle version doit être reçu", en: "the commitment to the new version must be received" },
  },
  {
    id: "MSS-10-urgent",
    article: "MSS 10",
    requirements: ["MSS-29"],
    trigger: "urgent-requirement-imposed",
    runsFrom: "event",
    delay: { until: "apply_by" },
    moves: false,
    by: "operator",
    effect: { kind: "duty", met: ["urgent-requirement-applied"] },
    about: { fr: "appliquer l’exigence urgente, qui lie aussitôt", en: "apply the urgent requirement, which binds at once" },
  },
];
