// The contract for the distribution of the API-CPS software (000), for one vendor. Kinds, checks and clauses beside.
import { defineInstrument, type FullInstrument } from "../../engine/instrument.ts";
import { clauses } from "./clauses.ts";
import { duties } from "./duties.ts";
import { contractKinds } from "./kinds.ts";
import { versionKinds } from "./version-kinds.ts";

const inForce = ["in-force"];

export const apiCpsContract: FullInstrument = defineInstrument({
  id: "api-cps-contract",
  prefix: "AC",
  name: { fr: "contrat de diffusion des logiciels API-CPS", en: "API-CPS distribution contract" },
  source: "000 contrat de diffusion commerciale des logiciels API-CPS",
  parties: ["agency", "vendor"],
  kinds: { ...contractKinds, ...versionKinds },
  clauses: [...clauses, ...duties],
  milestones: [
    {
      name: "concluded",
      article: "CPS 6.4",
      of: [
        { type: "contract-signed", by: "agency" },
        { type: "contract-signed", by: "vendor" },
      ],
    },
    {
      name: "delivery-accepted",
      article: "CPS 10.1.4",
      of: [
        { type: "delivery-record-signed", by: "agency" },
        { type: "delivery-record-signed", by: "vendor" },
      ],
    },
  ],
  initial: "draft",
  phases: {
    draft: { fr: "contrat non signé des deux", en: "contract not signed by both" },
    "in-force": { fr: "en vigueur", en: "in force" },
    ended: { fr: "terminé", en: "ended" },
  },
  over: ["ended"],
  transitions: [
    { on: "concluded", from: ["draft"], to: "in-force", article: "CPS 6.3" },
    { on: "not-renewed-by-vendor", from: inForce, to: "ended", article: "CPS 6.2" },
    { on: "opinion-lost-at-term", from: inForce, to: "ended", article: "CPS 6.1" },
    { on: "price-not-agreed", from: inForce, to: "ended", article: "CPS 15.5" },
    { on: "next-period-ended", from: inForce, to: "ended", article: "CPS 6.2" },
    { on: "termination-pronounced", from: inForce, to: "ended", article: "CPS 21" },
  ],
  holds: [
    { hold: "named", on: "persons-named", sets: true, article: "CPS annexe 3" },
    { hold: "new-prices", on: "price-annex-binds", sets: true, article: "CPS 15.4" },
    { hold: "record-open", on: "kit-delivered", sets: true, article: "CPS 10.1.4" },
    { hold: "record-open", on: "delivery-accepted", sets: false, article: "CPS annexe 4" },
  ],
  subjects: [
    { kind: "vendor", on: "contract-signed", field: "vendor", removedBy: [], fallback: "vendor" },
    { kind: "product", on: "product-approved", field: "product", removedBy: ["opinion-lost"] },
  ],
  rights: [
    { right: "api-cps.distribute", article: "CPS 3", subject: "product", phases: inForce },
    { right: "api-cps.demonstrate", article: "CPS 8.2", subject: "vendor", phases: inForce },
    { right: "vendor-area.open", article: "CPS annexe 3", subject: "vendor", phases: inForce, needs: ["named"] },
  ],
  precedence: { article: "CPS 4", ranks: [["contract"], ["annex-1", "annex-2", "annex-3", "annex-4"]] },
  remedy: { article: "CPS 30", text: { fr: "Droit français ; aucun tribunal n’est nommé.", en: "French law; no court is named." } },
  transfer: {
    article: "CPS 22",
    policy: "forbidden",
    text: { fr: "Aucune cession ; la succession légale de l’agence n’en est pas une.", en: "No assignment; the legal succession of the agency is none." },
  },
  assumptions: [
    { article: "CPS 6.2", text: { fr: "le préavis court de l’envoi ; le texte se tait.", en: "the notice runs from sending; the text is silent." } },
    {
      article: "CPS annexe 3",
      text: {
        fr: "l’accès nominatif s’ouvre au contrat signé et à l’annexe 3 remplie ; l’annexe 2 l’attache aussi à la première commande (discutable).",
        en: "nominative access opens with the signed contract and annex 3 filled in; annex 2 ties it to the first order too (arguable).",
      },
    },
    {
      article: "CPS 15.2",
      text: {
        fr: "la redevance comprend le kit de référence (15.2), l’annexe 2 en chiffre les cartes : le contrat prévaut sur l’annexe (4) ; le conflit est montré.",
        en: "the flat fee includes the reference kit (15.2), annex 2 prices its cards: the contract prevails over the annex (4); the conflict is shown.",
      },
    },
    {
      article: "CPS 17.1, 18.3, 18.5",
      text: {
        fr: "la compatibilité n’est pas garantie ; l’agence ne répond que d’un manquement grave qui lui est exclusivement imputable ; les préjudices indirects sont exclus.",
        en: "compatibility is not warranted; the agency answers only for a serious breach that is exclusively its own; indirect loss is waived.",
      },
    },
    {
      article: "CPS 19.1",
      text: { fr: "les licences déjà accordées aux professionnels demeurent (discutable).", en: "licences already granted to professionals stay (arguable)." },
    },
  ],
});
