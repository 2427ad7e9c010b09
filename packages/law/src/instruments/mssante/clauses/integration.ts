// The provisional integration and its end (MSS 4.2).
import { type Clause, registered, registeredWithReceipt } from "../../../engine/definition.ts";
import { openProcedure, soft } from "./vocabulary.ts";

export const integrationClauses: readonly Clause[] = [
  {
    id: "MSS-4.2-commitment",
    article: "MSS 4.2",
    requirements: ["MSS-11", "MSS-13"],
    trigger: "concluded",
    runsFrom: "conclusion",
    delay: { length: 6, unit: "months" },
    renewed: { by: "provisional-renewal-agreed", length: 12 },
    moves: false,
    by: "operator",
    channel: registeredWithReceipt,
    effect: { kind: "duty", met: ["commitment-sent"] },
    about: {
      fr: "adresser l’engagement de conformité avant la fin de l’intégration provisoire",
      en: "send the conformity commitment before the provisional integration ends",
    },
    assumption: {
      fr: "la période court de la conclusion, qui ouvre l’intégration provisoire ; son terme n’est pas reporté.",
      en: "the period runs from conclusion, which opens the provisional integration; its end is not moved.",
    },
    stopped: ["validation-notified"],
  },
  {
    id: "MSS-4.2-reception",
    article: "MSS 4.2",
    requirements: ["MSS-13"],
    trigger: "concluded",
    runsFrom: "conclusion",
    delay: { length: 6, unit: "months" },
    renewed: { by: "provisional-renewal-agreed", length: 12 },
    moves: false,
    by: "operator",
    effect: {
      kind: "condition",
      met: ["commitment-received", "validation-notified"],
      unmet: openProcedure("rien reçu à la fin de l’intégration provisoire", "nothing received at the end of the provisional integration"),
    },
    about: {
      fr: "l’engagement de conformité doit être reçu à la fin de l’intégration provisoire",
      en: "the conformity commitment must be received by the end of the provisional integration",
    },
  },
  {
    id: "MSS-4.2-validation",
    article: "MSS 4.2",
    requirements: ["MSS-12"],
    trigger: "commitment-found-complete",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "agency",
    channel: registered,
    effect: { kind: "duty", met: ["validation-notified"] },
    about: { fr: "notifier l’intégration validée", en: "notify the validated integration" },
    assumption: { fr: "la validation prend effet à l’envoi de la lettre.", en: "validation takes effect when the letter is sent." },
  },
];
