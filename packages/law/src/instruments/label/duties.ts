// Label convention: duties without a number of days, and the second date that a logo letter might have had.
import { type Clause, registeredWithReceipt } from "../../engine/definition.ts";

const soft = { delay: { none: true }, moves: false } as const;

export const duties: readonly Clause[] = [
  {
    id: "LAB-4.3.1-policy",
    article: "LAB 4.3.1",
    requirements: ["LAB-36"],
    trigger: "concluded",
    runsFrom: "signature",
    ...soft,
    by: "holder",
    effect: { kind: "duty", met: ["versioning-policy-filed"] },
    about: { fr: "documenter la politique de gestion des versions", en: "document the versioning policy" },
  },
  {
    id: "LAB-4.3.1-steps",
    article: "LAB 4.3.1",
    requirements: ["LAB-12"],
    trigger: "solution-changed",
    runsFrom: "event",
    ...soft,
    by: "agency",
    effect: { kind: "duty", met: ["reapplication-asked"] },
    when: (_matter, trigger) => ["upgrade", "substantial", "coverage"].every((condition) => trigger.payload?.[condition] === true),
    about: { fr: "demander un nouveau dossier et/ou des étapes de l’instruction", en: "ask a new application and/or steps of the examination" },
    assumption: { fr: "le label demeure pendant ce temps ; le texte se tait.", en: "the label stays meanwhile; the text is silent." },
  },
  {
    id: "LAB-6.9-catalogue",
    article: "LAB 6.9",
    requirements: ["LAB-24"],
    trigger: "concluded",
    runsFrom: "signature",
    ...soft,
    by: "agency",
    effect: { kind: "duty", met: ["catalogue-invitation-sent"] },
    about: { fr: "inviter le bénéficiaire à s’inscrire au référencement national", en: "invite the holder to register in the national catalogue" },
  },
  {
    id: "LAB-8-application",
    article: "LAB 8",
    requirements: ["LAB-27"],
    trigger: "referential-evolved",
    runsFrom: "event",
    delay: { stated: "delay" },
    moves: false,
    by: "holder",
    effect: { kind: "lasting" },
    when: (_matter, trigger) => trigger.payload?.delay !== undefined,
    about: { fr: "délai d’application du nouveau référentiel", en: "delay to apply the new referential" },
    assumption: {
      fr: "aucun effet n’est écrit à la fin de ce délai, ni au refus de signer.",
      en: "no effect is written at the end of this delay, nor for a refusal to sign.",
    },
  },
  // A logo misuse is also a ground of 9.2.1, and the two clauses give two dates: the file shows both, the letter's own one acts.
  ...(
    [
      ["LAB-6.8-other", "LAB 6.8", "9.2.1", { length: 30, unit: "days" }],
      ["LAB-9.2.1-other", "LAB 9.2.1", "6.8", { length: 1, unit: "months" }],
    ] as const
  ).map(
    ([id, article, cited, delay]): Clause => ({
      id,
      article,
      requirements: ["LAB-22"],
      trigger: "formal-notice-sent",
      runsFrom: "sending",
      delay,
      moves: true,
      by: "agency",
      channel: registeredWithReceipt,
      effect: { kind: "lasting" },
      when: (_matter, trigger) => trigger.payload?.under === cited && (cited === "6.8" || trigger.payload?.ground === "logo"),
      about: {
        fr: `pour comparaison : la date que donnerait ${article} (la lettre vise ${cited})`,
        en: `for comparison: the date that ${article} would give (the letter cites ${cited})`,
      },
    }),
  ),
];
