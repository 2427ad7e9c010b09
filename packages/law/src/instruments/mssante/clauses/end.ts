// Term, termination, what follows it, transfer (MSS 11 to 13).

import { Temporal } from "@cercle/kernel";
import { dayOf } from "../../../engine/clocks.ts";
import { type Clause, registeredWithReceipt, type State } from "../../../engine/definition.ts";
import type { Entry } from "../../../entry.ts";
import { fromSending, soft } from "./vocabulary.ts";

/** What a notice is for, as it says; when it says nothing and the commitment of 4.2 is missing past its time, it is for that. */
function groundOf(trigger: Entry, state: State): string {
  const said = trigger.payload?.for;
  if (typeof said === "string") return said;
  const concluded = state.milestones.get("concluded")?.entry;
  if (!concluded || trigger.payload?.ground !== undefined) return "other";
  const renewed = state.root.entries.some((entry) => entry.type === "provisional-renewal-agreed");
  const end = dayOf(concluded.happenedAt, state).add({ months: renewed ? 12 : 6 });
  const received = state.root.entries.some((entry) => entry.type === "commitment-received" && entry.seq < trigger.seq);
  return !received && Temporal.PlainDate.compare(dayOf(trigger.happenedAt, state), end) > 0 ? "no-commitment" : "other";
}

export const endClauses: readonly Clause[] = [
  {
    id: "MSS-11-term",
    article: "MSS 11",
    requirements: ["MSS-40"],
    trigger: "concluded",
    runsFrom: "signature",
    delay: { length: 24, unit: "months" },
    moves: false,
    by: "both",
    effect: { kind: "renewal" },
    about: { fr: "deux ans, reconduits tacitement par deux ans", en: "two years, tacitly renewed by two years" },
    assumption: {
      fr: "aucune lettre de non-reconduction n’existe : seul 12.1 met fin.",
      en: "no notice of non-renewal exists: only 12.1 ends it.",
    },
  },
  {
    id: "MSS-12.1",
    article: "MSS 12.1",
    requirements: ["MSS-41"],
    trigger: "termination-notified",
    runsFrom: "sending",
    delay: { length: 30, unit: "days" },
    moves: false,
    by: "operator",
    channel: registeredWithReceipt,
    effect: { kind: "automatic", event: "own-termination-effective" },
    stopped: ["termination-withdrawn"],
    about: { fr: "résiliation par l’opérateur, préavis de trente jours", en: "termination by the operator, thirty days’ notice" },
    assumption: fromSending,
  },
  {
    id: "MSS-12.2",
    article: "MSS 12.2",
    requirements: ["MSS-42"],
    trigger: "formal-notice-sent",
    runsFrom: "sending",
    delay: { length: 1, unit: "months" },
    moves: true,
    by: "agency",
    channel: registeredWithReceipt,
    effect: { kind: "faculty", acts: ["termination-pronounced"], gates: ["fruitless-recorded"], cured: ["breach-repaired"] },
    stopped: ["notice-withdrawn"],
    when: (_matter, trigger, state) => !["no-commitment", "no-reference-commitment"].includes(groundOf(trigger, state)),
    about: { fr: "résilier, si la mise en demeure reste infructueuse", en: "terminate, if the formal notice stays fruitless" },
  },
  {
    id: "MSS-12.2-commitment",
    article: "MSS 12.2",
    requirements: ["MSS-13", "MSS-42"],
    trigger: "formal-notice-sent",
    runsFrom: "sending",
    delay: { length: 1, unit: "months" },
    moves: true,
    by: "agency",
    channel: registeredWithReceipt,
    effect: {
      kind: "faculty",
      acts: ["termination-pronounced"],
      gates: ["fruitless-recorded"],
      cured: ["breach-repaired", "commitment-sent", "commitment-received"],
    },
    stopped: ["notice-withdrawn"],
    when: (_matter, trigger, state) => groundOf(trigger, state) === "no-commitment",
    about: {
      fr: "résilier faute d’engagement ; l’engagement remis dans le mois éteint la procédure",
      en: "terminate for want of the commitment; the commitment given within the month ends the procedure",
    },
  },
  {
    id: "MSS-12.2-reference",
    article: "MSS 12.2",
    requirements: ["MSS-29", "MSS-42"],
    trigger: "formal-notice-sent",
    runsFrom: "sending",
    delay: { length: 1, unit: "months" },
    moves: true,
    by: "agency",
    channel: registeredWithReceipt,
    effect: {
      kind: "faculty",
      acts: ["termination-pronounced"],
      gates: ["fruitless-recorded"],
      cured: ["breach-repaired"],
    },
    stopped: ["notice-withdrawn"],
    when: (_matter, trigger, state) => groundOf(trigger, state) === "no-reference-commitment",
    about: { fr: "résilier faute d’engagement à la nouvelle version", en: "terminate for want of the commitment to the new version" },
  },
  {
    id: "MSS-12.3-documents",
    article: "MSS 12.3",
    requirements: ["MSS-43"],
    trigger: "phase:ended",
    runsFrom: "end",
    delay: soft,
    moves: false,
    by: "operator",
    effect: { kind: "duty", met: ["documents-withdrawn"] },
    survives: true,
    about: { fr: "retirer logo et documents dans les plus brefs délais", en: "withdraw logo and documents as soon as possible" },
  },
  {
    id: "MSS-13-certificates",
    article: "MSS 13",
    requirements: ["MSS-44"],
    trigger: "service-transferred",
    runsFrom: "event",
    delay: soft,
    moves: false,
    by: "agency",
    effect: { kind: "duty", met: ["certificates-reissued"] },
    about: { fr: "réémettre les certificats au nom du nouvel opérateur", en: "reissue the certificates to the new operator" },
    assumption: { fr: "le texte ne le dit pas : les certificats nomment une personne.", en: "the text does not say it: certificates name a person." },
  },
];
