// The terms of Pro Santé Connect and its Espace de Confiance (003, version 1.0 of 5 May 2025), for one provider.
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { clauses } from "./clauses.ts";
import { kinds, sinceRemoval } from "./kinds.ts";

const connected = ["sandbox", "production"];

export const pscProvider: FullInstrument = defineInstrument({
  id: "psc-provider",
  prefix: "PS",
  name: { fr: "conditions de Pro Santé Connect et de son Espace de Confiance", en: "terms of Pro Santé Connect and its trust extension" },
  source: "003 CGU Pro Santé Connect, version 1.0 du 5 mai 2025",
  parties: ["agency", "provider"],
  kinds,
  clauses,
  milestones: [],
  initial: "none",
  phases: {
    none: { fr: "aucune demande", en: "no request" },
    requested: { fr: "demande en instruction", en: "request under examination" },
    "sent-back": { fr: "demande renvoyée", en: "request sent back" },
    refused: { fr: "demande refusée", en: "request refused" },
    sandbox: { fr: "bac à sable", en: "sandbox" },
    production: { fr: "production", en: "production" },
    deactivated: { fr: "désactivé", en: "deactivated" },
    removed: { fr: "supprimé", en: "removed" },
    ended: { fr: "résilié", en: "terminated" },
  },
  over: ["ended", "removed"],
  restartedBy: "access-requested",
  transitions: [
    { on: "access-requested", from: ["none", "refused", "sent-back", "removed"], to: "requested", article: "PSC 3.1" },
    { on: "request-accepted", from: ["requested"], to: "sandbox", article: "PSC 3.1" },
    { on: "request-refused", from: ["requested"], to: "refused", article: "PSC 3.1" },
    { on: "request-sent-back", from: ["requested"], to: "sent-back", article: "PSC 3.1" },
    { on: "production-opened", from: ["sandbox"], to: "production", article: "PSC 3.1" },
    { on: "deactivated", from: connected, to: "deactivated", article: "PSC 12.2" },
    { on: "removed", from: [...connected, "deactivated"], to: "removed", article: "PSC 12.2" },
    {
      on: "cut-for-public-interest",
      from: [...connected, "deactivated"],
      to: "removed",
      article: "PSC 12.2",
      when: (entry) => entry.payload?.kind === "removal",
    },
    { on: "cut-for-public-interest", from: connected, to: "deactivated", article: "PSC 12.2" },
    // Reactivation gives back the phase that was lost: production when it had been opened on this path.
    {
      on: "reactivated",
      from: ["deactivated"],
      to: "production",
      article: "PSC 12.2",
      when: ({ seq }, state) => sinceRemoval(state.entries, seq).some((entry) => entry.type === "production-opened"),
    },
    { on: "reactivated", from: ["deactivated"], to: "sandbox", article: "PSC 12.2" },
    { on: "own-termination-effective", from: [...connected, "deactivated"], to: "ended", article: "PSC 12.1" },
  ],
  holds: [
    { hold: "stopped", on: "refused-terms-in-force", sets: true, article: "PSC 4" },
    { hold: "stopped", on: "terms-agreed", sets: false, ends: "through", article: "PSC 4" },
    { hold: "stopped", on: "access-requested", sets: false, article: "PSC 3.1" },
    { hold: "extension", on: "extension-opened", sets: true, article: "PSC 3.2" },
    { hold: "extension", on: "extension-closed", sets: false, article: "PSC 3.2" },
    { hold: "extension", on: "removed", sets: false, article: "PSC 12.2" },
    { hold: "extension", on: "cut-for-public-interest", sets: false, article: "PSC 12.2", when: (entry) => entry.payload?.kind === "removal" },
  ],
  subjects: [
    { kind: "provider", on: "access-requested", field: "provider", removedBy: [], fallback: "provider" },
    { kind: "client", on: "client-registered", field: "client_id", removedBy: ["client-removed"], clearedBy: ["removed", "access-requested"] },
  ],
  rights: [
    {
      right: "client.sign-in",
      article: "PSC 3.1",
      subject: "client",
      phases: connected,
      unless: ["stopped"],
      when: (client) => client.environment === "bas",
      limits: () => ({ environment: "bas" }),
    },
    {
      right: "client.sign-in",
      article: "PSC 3.1",
      subject: "client",
      phases: ["production"],
      unless: ["stopped"],
      when: (client) => client.environment === "production",
      limits: () => ({ environment: "production" }),
    },
    { right: "trust-extension.use", article: "PSC 3.2", subject: "provider", phases: ["production"], unless: ["stopped"], needs: ["extension"] },
  ],
  versions: { article: "PSC 4", by: "announcement", accepted: ["terms-accepted", "terms-agreed", "used"] },
  remedy: {
    article: "PSC 13",
    text: {
      fr: "À l’amiable d’abord ; sinon les juridictions administratives (aucun siège n’est nommé).",
      en: "Amicably first; failing that, the administrative courts (no seat is named).",
    },
  },
  transfer: {
    article: "PSC 7",
    policy: "not-transferable",
    text: {
      fr: "Droit ni cessible ni transférable : l’acquéreur du service fait une nouvelle demande.",
      en: "The right cannot be assigned or transferred: who buys the service makes a new request.",
    },
  },
  assumptions: [
    {
      article: "PSC 10",
      text: {
        fr: "aucun terme : du raccordement jusqu’à une fin ; l’acceptation des conditions a sa date à elle.",
        en: "no term: from connection to an end; acceptance of the terms has a date of its own.",
      },
    },
    { article: "PSC 12.2", text: { fr: "la réactivation rend la phase perdue.", en: "reactivation gives back the phase that was lost." } },
    {
      article: "PSC 13",
      text: { fr: "aucun rang entre les documents : le texte ne les classe pas.", en: "no order of precedence: the text does not rank its documents." },
    },
  ],
});
