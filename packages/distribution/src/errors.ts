import { defineErrors } from "@cercle/kernel";

export const distributionErrors = defineErrors({
  "distribution.not-yours": {
    status: 403,
    text: {
      fr: "Ce contrat n’est pas le vôtre, ou cet acte revient à l’autre partie.",
      en: "This contract is not yours, or this act belongs to the other party.",
    },
  },
  "distribution.bad-price": {
    status: 422,
    text: {
      fr: "« {price} » n’est pas un prix en euros : écrivez 263 ou 263.00, deux décimales au plus.",
      en: "“{price}” is not a price in euros: write 263 or 263.00, two decimals at most.",
    },
  },
  "distribution.bad-annex": {
    status: 422,
    text: {
      fr: "L’annexe doit donner un prix à chacun de ces articles, une fois : {codes}.",
      en: "The annex must price each of these articles, once: {codes}.",
    },
  },
  "distribution.annex-exists": { status: 409, text: { fr: "Une annexe porte déjà le nom {name}.", en: "An annex is already named {name}." } },
  "distribution.no-annex": { status: 404, text: { fr: "Cette annexe n’est pas connue.", en: "This annex is not known." } },
  "distribution.no-article": { status: 422, text: { fr: "L’article {code} n’est pas au barème.", en: "Article {code} is not in the price list." } },
  "distribution.needs-cpa": {
    status: 409,
    text: {
      fr: "Le certificat de test accompagne un kit : il lui faut la carte CPA d’un jeu commandé.",
      en: "The test certificate comes with a kit: it needs the CPA card of a set that was ordered.",
    },
  },
  "distribution.nothing-ordered": {
    status: 422,
    text: { fr: "Aucun article : donnez une quantité à l’un d’eux.", en: "No article: give one of them a quantity." },
  },
  "distribution.no-order": { status: 404, text: { fr: "Aucune commande {reference}.", en: "No order {reference}." } },
  "distribution.delivered-already": { status: 409, text: { fr: "La commande {reference} est déjà livrée.", en: "Order {reference} is delivered already." } },
  "distribution.not-delivered": {
    status: 409,
    text: {
      fr: "La facture suit la livraison : la commande {reference} n’est pas livrée.",
      en: "The invoice follows the delivery: order {reference} is not delivered.",
    },
  },
  "distribution.codes-given": {
    status: 410,
    text: { fr: "Les codes de ces cartes ont déjà été remis, une seule fois.", en: "The codes of these cards were handed over already, once." },
  },
  "distribution.area-closed": {
    status: 403,
    text: {
      fr: "L’accès nominatif n’est pas ouvert : le contrat doit être signé des deux parties et l’annexe 3 vous nommer.",
      en: "Nominative access is not open: the contract must be signed by both and annex 3 must name you.",
    },
  },
  "distribution.no-version": { status: 404, text: { fr: "Aucune version {number}.", en: "No version {number}." } },
  "distribution.bad-version": {
    status: 422,
    text: { fr: "« {number} » n’est pas un numéro : écrivez 1.2.0.", en: "“{number}” is not a number: write 1.2.0." },
  },
  "distribution.version-exists": {
    status: 409,
    text: { fr: "La version {number} existe déjà : un numéro désigne un seul paquet.", en: "Version {number} exists already: a number names one package." },
  },
  "distribution.wrong-state": {
    status: 409,
    text: { fr: "La version {number} est « {state} » : cet acte demande « {needs} ».", en: "Version {number} is “{state}”: this act needs “{needs}”." },
  },
  "distribution.tests-missing": {
    status: 422,
    text: {
      fr: "La qualification consigne des essais réussis, dont {missing}, et leur plate-forme.",
      en: "A qualification records passed tests, {missing} included, and their platform.",
    },
  },
  "distribution.too-early": {
    status: 409,
    text: {
      fr: "Cette version assure la continuité des cartes : {count} éditeur(s) n’en ont pas été informés six mois plus tôt. Passer outre demande des motifs (reasons), et c’est un manquement de l’agence envers chacun.",
      en: "This version keeps cards working: {count} vendor(s) were not told six months ahead. Going on needs reasons, and is a breach of the agency towards each.",
    },
  },
  "distribution.prohibited": {
    status: 410,
    text: { fr: "L’utilisation de la version {number} est interdite ; remède : {remedy}.", en: "Use of version {number} is prohibited; remedy: {remedy}." },
  },
  "distribution.bad-licence": { status: 422, text: { fr: "Licence refusée : {problems}", en: "Licence refused: {problems}" } },
  "distribution.no-licence": { status: 404, text: { fr: "Cette licence n’est pas connue.", en: "This licence is not known." } },
  "distribution.not-transferable": {
    status: 409,
    text: {
      fr: "Une licence d’utilisation ne se cède pas : le nouveau professionnel signe la sienne.",
      en: "A licence of use does not pass on: the new professional signs one.",
    },
  },
  "distribution.no-right": {
    status: 403,
    text: { fr: "Le droit de diffuser {product} n’est pas ouvert.", en: "The right to distribute {product} is not open." },
  },
  "distribution.not-compatible": {
    status: 409,
    text: {
      fr: "{product} n’a pas été dit compatible avec la version {number} : la diffusion suit la compatibilité.",
      en: "{product} was not declared compatible with version {number}: distribution follows compatibility.",
    },
  },
  "distribution.bad-report": { status: 422, text: { fr: "Ce rapport signé n’est pas valable : {reason}.", en: "This signed report is not valid: {reason}." } },
  "distribution.no-relay": {
    status: 409,
    text: {
      fr: "Cet espace n’envoie pas de courriel : aucun relais n’est réglé (distribution.smtp_url). Suivez par flux Atom ou par webhook.",
      en: "This space sends no e-mail: no relay is set (distribution.smtp_url). Follow by Atom feed or by webhook.",
    },
  },
  "distribution.plain-hook": { status: 422, text: { fr: "Un webhook se joint en https.", en: "A webhook is reached by https." } },
  "distribution.too-many-followers": { status: 409, text: { fr: "Ce contrat a déjà {most} abonnés.", en: "This contract has {most} followers already." } },
  "distribution.altered": {
    status: 409,
    text: { fr: "Ce fichier n’est pas le paquet que l’agence a signé : {reason}.", en: "This file is not the package that the agency signed: {reason}." },
  },
});
