// Label convention: the conditions of its acts, each with its article.
import { readLength } from "../../engine/clocks.ts";
import type { Check, View } from "../../engine/definition.ts";

const has = (view: View, type: string): boolean => view.state.root.entries.some((entry) => entry.type === type);
const listed = (value: unknown): readonly unknown[] | undefined => (Array.isArray(value) ? value : undefined);

export const signedOnce: Check = {
  article: "LAB 8",
  code: "law.already-done",
  reason: { fr: "Cette partie a déjà signé.", en: "This party has already signed." },
  ok: (view, draft) => draft.by === undefined || !view.state.root.entries.some((entry) => entry.type === "convention-signed" && entry.payload?.by === draft.by),
};

/** Both sign the same words: the product, its version and the level (LAB 3.1, 3.2). */
export const signsTheSame: Check = {
  article: "LAB 3.2",
  code: "law.not-the-same",
  reason: { fr: "L’autre partie a signé un autre niveau ou une autre solution.", en: "The other party has signed another level or product." },
  ok: (view, { payload }) =>
    view.state.root.entries
      .filter((entry) => entry.type === "convention-signed")
      .every((entry) => ["level", "product"].every((field) => agree(payload[field], entry.payload?.[field]))),
};
const agree = (one: unknown, other: unknown): boolean => one === undefined || other === undefined || one === other;

/** LAB 2, 3.2: what an application needs before the convention is signed on it. */
export const fileIsWhole: Check = {
  article: "LAB 2",
  code: "law.not-yet",
  reason: { fr: "Le dossier déposé n’est pas encore constaté complet.", en: "The file that was filed is not found complete yet." },
  ok: (view) => !has(view, "application-filed") || has(view, "file-found-complete"),
};

export const pieces = ["convention", "referential", "rules", "assurance-plan", "documents"] as const;

export const everyPieceIsThere: Check = {
  article: "LAB 2",
  code: "law.incomplete",
  reason: {
    fr: `Il manque une pièce : ${pieces.join(", ")} ; l’exemplaire du référentiel est daté et signé (3.2).`,
    en: `A piece is missing: ${pieces.join(", ")}; the copy of the referential is dated and signed (3.2).`,
  },
  ok: (view) =>
    pieces.every((piece) =>
      view.state.root.entries.some(
        (entry) => entry.type === "piece-filed" && entry.payload?.piece === piece && (piece !== "referential" || entry.payload?.signed_on !== undefined),
      ),
    ),
};

export const ownsTheProduct: Check = {
  article: "LAB préambule",
  code: "law.not-eligible",
  reason: { fr: "Le candidat est une personne morale propriétaire de la solution.", en: "The candidate is a legal person that owns the product." },
  ok: (_view, { payload }) => payload.owner !== false,
};

export const forHealthCentresOnly: Check = {
  article: "LAB 3.1",
  code: "law.other-procedure",
  reason: {
    fr: "Solution non destinée aux seuls centres de santé : signez la convention « e-santé Logiciel Maisons et Centres de santé ».",
    en: "A product not meant for health centres only: sign the convention “e-santé Logiciel Maisons et Centres de santé”.",
  },
  ok: (_view, { payload }) => payload.health_centres_only !== false,
};

export const declaredSincere: Check = {
  article: "LAB 4.2.1",
  code: "law.not-declared",
  reason: { fr: "Le dossier est déclaré sincère et fidèle à son dépôt.", en: "The file is declared sincere and faithful when it is filed." },
  ok: (_view, { payload }) => payload.sincere !== false,
};

/** LAB 8: if a delay is given, it is six to twelve months; none is lawful. */
export const sixToTwelve: Check = {
  article: "LAB 8",
  code: "law.wrong-length",
  reason: { fr: "Le délai, s’il en est donné un, est de six à douze mois.", en: "The delay, if one is given, is six to twelve months." },
  ok: (_view, { payload }) => {
    const length = readLength(payload.delay);
    return !length || (length.unit === "months" && length.length >= 6 && length.length <= 12);
  },
};

/** LAB 9.2.2: after a visit or an audit that found a non-conformity. */
export const afterAControl: Check = {
  article: "LAB 9.2.2",
  code: "law.not-yet",
  reason: {
    fr: "Il faut une visite ou un audit constatant une non-conformité ; aucun délai n’est écrit : décision motivée.",
    en: "A visit or an audit that found a non-conformity is needed; no delay is written: a reasoned decision.",
  },
  ok: (view) =>
    view.state.root.entries.some((entry) => (entry.type === "complementary-visit-held" || entry.type === "audit-held") && entry.payload?.compliant === false),
};

/** LAB 4.3.1 § 3: a new version, a substantial change, an effect on the coverage: all three. */
export const allThreeHold: Check = {
  article: "LAB 4.3.1",
  code: "law.not-cumulative",
  reason: {
    fr: "Il faut les trois : montée de version, modification substantielle, effet sur la couverture des exigences.",
    en: "All three are needed: new version, substantial change, effect on the coverage of the requirements.",
  },
  ok: (_view, { matter }) => matter === undefined || ["upgrade", "substantial", "coverage"].every((condition) => matter.opener?.payload?.[condition] === true),
};

/** LAB 4.2.2: at a customer's site only with that customer's agreement. */
export const customerAgrees: Check = {
  article: "LAB 4.2.2",
  code: "law.no-agreement",
  reason: { fr: "Sur un site client, il faut l’accord de ce client.", en: "At a customer’s site, that customer’s agreement is needed." },
  ok: (_view, { payload }) => payload.place !== "customer-site" || payload.customer_agreed === true,
};

/** LAB 5.2: production is the exception. */
export const productionNeedsReason: Check = {
  article: "LAB 5.2",
  code: "law.incomplete",
  reason: { fr: "En production à titre exceptionnel : dites pourquoi (reason).", en: "In production by exception only: say why (reason)." },
  ok: (_view, { payload }) => payload.environment !== "production" || (typeof payload.reason === "string" && payload.reason.trim() !== ""),
};

/** LAB 5.3: the plan returned dated and signed by the legal representative of that structure. */
export const planCameBack: Check = {
  article: "LAB 5.3",
  code: "law.not-yet",
  reason: {
    fr: "Aucun accès avant le retour du Plan d’Assurance Sécurité de ce site, daté et signé par son représentant légal.",
    en: "No access before this site’s security assurance plan comes back, dated and signed by its legal representative.",
  },
  ok: (view, { payload, at }) =>
    view.state.root.entries.some(
      (entry) =>
        entry.type === "assurance-plan-returned" &&
        (payload.site === undefined || entry.payload?.site === payload.site) &&
        entry.happenedAt.epochMilliseconds <= at.epochMilliseconds,
    ),
};

export const underAProfessional: Check = {
  article: "LAB 5.3",
  code: "law.no-professional",
  reason: {
    fr: "En présence et sous le contrôle d’un professionnel de santé exerçant sur ce site.",
    en: "In the presence and under the control of a health professional practising at this site.",
  },
  ok: (_view, { payload }) => payload.practises_there !== false,
};

/** LAB 4.2.2, item by item; the recovery plan only for a product provided as a service. */
export const provisions = ["visits", "sla", "hotline", "maintenance", "recovery-plan", "coding-table", "training", "manual", "reversibility"] as const;

export const everyProvision: Check = {
  article: "LAB 4.2.2",
  code: "law.incomplete",
  reason: {
    fr: `Le contrat client contient, chacune avec sa preuve : ${provisions.join(", ")} (recovery-plan en mode Saas).`,
    en: `The customer contract holds, each with its evidence: ${provisions.join(", ")} (recovery-plan for SaaS).`,
  },
  ok: (_view, { payload }) => {
    const given = listed(payload.provisions);
    if (!given) return true;
    const proved = given.filter(hasEvidence).map(({ provision }) => provision);
    return provisions.every((provision) => (provision === "recovery-plan" && payload.saas !== true) || proved.includes(provision));
  },
};
const hasEvidence = (one: unknown): one is { provision: string; evidence: string } =>
  typeof one === "object" && one !== null && "provision" in one && "evidence" in one && typeof one.evidence === "string" && one.evidence !== "";

export const boundToTheRules: Check = {
  article: "LAB 6.7",
  code: "law.not-bound",
  reason: { fr: "Le contrat du distributeur doit reprendre les règles du logo.", en: "The distributor’s contract must carry the rules of the logo." },
  ok: (_view, { payload }) => payload.bound !== false,
};

export const amicablyFirst: Check = {
  article: "LAB 12",
  code: "law.not-yet",
  reason: { fr: "À l’amiable d’abord : consignez la tentative.", en: "Amicably first: record the attempt." },
  ok: (view) => has(view, "amicable-attempt-recorded"),
};
