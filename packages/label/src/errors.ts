import { defineErrors } from "@cercle/kernel";

export const labelErrors = defineErrors({
  "label.bad-sheet": {
    status: 422,
    text: { fr: "La fiche de la solution est à compléter : {problems}", en: "The product sheet must be completed: {problems}" },
  },
  "label.malware": {
    status: 422,
    text: { fr: "« {name} » est refusé par l’antivirus : {found}.", en: "“{name}” is refused by the malware scanner: {found}." },
  },
  "label.scan-unavailable": {
    status: 503,
    text: {
      fr: "L’antivirus ne répond pas : la pièce n’est pas gardée. Réessayez plus tard.",
      en: "The malware scanner does not answer: the piece is not kept. Try again later.",
    },
  },
  "label.no-upload": {
    status: 404,
    text: { fr: "Cet envoi en parties n’existe pas, ou est terminé.", en: "This upload in parts does not exist, or has ended." },
  },
  "label.uploads-open": { status: 409, text: { fr: "{most} envois en parties sont déjà ouverts.", en: "{most} uploads in parts are open already." } },
  "label.bad-part": {
    status: 422,
    text: { fr: "La partie {part} fait {wanted} octets, pas {size}.", en: "Part {part} has {wanted} bytes, not {size}." },
  },
  "label.upload-incomplete": {
    status: 409,
    text: {
      fr: "Il manque une partie, ou l’ensemble n’a pas l’empreinte annoncée.",
      en: "A part is missing, or the whole does not have the fingerprint that was told.",
    },
  },
  "label.no-product": { status: 404, text: { fr: "Aucune solution sous cet identifiant.", en: "No product by this identifier." } },
  "label.not-yours": {
    status: 403,
    text: { fr: "Ce dossier n’est pas le vôtre, ou cet acte revient à l’autre partie.", en: "This file is not yours, or this act belongs to the other party." },
  },
  "label.already-filed": { status: 409, text: { fr: "Ce dossier porte déjà une solution.", en: "This file already holds a product." } },
  "label.bad-number": {
    status: 422,
    text: { fr: "« {number} » n’est pas un numéro ordonné : écrivez 4.2 ou 4.2.1.", en: "“{number}” is not an ordered number: write 4.2 or 4.2.1." },
  },
  "label.two-builds": {
    status: 409,
    text: {
      fr: "La version {number} désigne déjà un autre binaire ({fingerprint}) : un numéro change dès que le code change.",
      en: "Version {number} already names another build ({fingerprint}): a number changes as soon as the code does.",
    },
  },
  "label.number-goes-back": {
    status: 409,
    text: {
      fr: "La version {number} vient après {last} : les numéros ne reviennent pas en arrière.",
      en: "Version {number} comes after {last}: numbers do not go back.",
    },
  },
  "label.no-build": {
    status: 409,
    text: {
      fr: "La version {number} n’a pas d’empreinte : déclarez d’abord son binaire.",
      en: "Version {number} has no fingerprint: declare its build first.",
    },
  },
  "label.bad-referential": { status: 422, text: { fr: "Référentiel refusé : {problems}", en: "Referential refused: {problems}" } },
  "label.no-referential": { status: 404, text: { fr: "Ce référentiel n’est pas connu.", en: "This referential is not known." } },
  "label.referential-exists": {
    status: 409,
    text: { fr: "{name} {version} est déjà importé, avec un autre contenu.", en: "{name} {version} was already imported, with other contents." },
  },
  "label.spreadsheet-formula": {
    status: 422,
    text: {
      fr: "La cellule {cell} contient une formule : collez les valeurs et renvoyez la feuille.",
      en: "Cell {cell} holds a formula: paste values and send the sheet again.",
    },
  },
  "label.unreadable": { status: 422, text: { fr: "Ce fichier ne se lit pas comme {type}.", en: "This file does not read as {type}." } },
  "label.no-requirement": {
    status: 422,
    text: { fr: "Le référentiel ne contient pas l’exigence {requirement}.", en: "The referential does not contain the requirement {requirement}." },
  },
  "label.evidence-type": {
    status: 422,
    text: {
      fr: "« {name} » n’est pas ce que son nom dit ({found}). Types acceptés : {accepted}.",
      en: "“{name}” is not what its name says ({found}). Accepted types: {accepted}.",
    },
  },
  "label.evidence-size": {
    status: 413,
    text: { fr: "Au plus {limit} Ko par preuve ; celle-ci en fait {size}.", en: "At most {limit} kB for one piece of evidence; this one has {size}." },
  },
  "label.zip-bomb": {
    status: 422,
    text: { fr: "Cette archive n’est pas acceptée : {why}.", en: "This archive is not accepted: {why}." },
  },
  "label.no-evidence": {
    status: 409,
    text: {
      fr: "L’exigence {requirement} n’a pas de preuve : elle ne peut pas être dite couverte.",
      en: "Requirement {requirement} has no evidence: it cannot be called met.",
    },
  },
  "label.no-level": {
    status: 409,
    text: { fr: "Aucun niveau n’est atteint ; il manque : {missing}.", en: "No level is reached; missing: {missing}." },
  },
  "label.logo-closed": {
    status: 403,
    text: { fr: "Le kit de logos n’est pas ouvert pour cette solution.", en: "The logo kit is not open for this product." },
  },
  "label.logo-ended": { status: 410, text: { fr: "Ce logo n’est pas valable aujourd’hui.", en: "This logo is not valid today." } },
  "label.no-mark": { status: 404, text: { fr: "Aucun logo ne porte cette marque.", en: "No logo carries this mark." } },
});
