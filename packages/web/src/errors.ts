import { defineErrors } from "@cercle/kernel";

export const webErrors = defineErrors({
  "web.invalid": {
    status: 400,
    text: { fr: "La demande n’est pas valable : {problem}. Corrigez-la et recommencez.", en: "The request is not valid: {problem}. Correct it and try again." },
  },
  "web.not-found": {
    status: 404,
    text: {
      fr: "Rien ne se trouve à cette adresse. Vérifiez-la, ou repartez de l’accueil.",
      en: "There is nothing at this address. Check it, or start again from the home page.",
    },
  },
  "web.too-large": {
    status: 413,
    text: { fr: "La demande est trop grande (limite : {limit} octets).", en: "The request is too large (limit: {limit} bytes)." },
  },
  "web.too-many": {
    status: 429,
    text: { fr: "Trop de demandes. Réessayez dans {seconds} s.", en: "Too many requests. Try again in {seconds} s." },
  },
  "web.media-type": {
    status: 415,
    text: { fr: "Ce type de contenu n’est pas accepté ici.", en: "This content type is not accepted here." },
  },
  "web.unauthenticated": {
    status: 401,
    text: { fr: "Connectez-vous, ou présentez une clé d’API valable.", en: "Sign in, or present a valid API key." },
  },
  "web.forbidden": {
    status: 403,
    text: { fr: "Votre rôle ne permet pas cet acte ({needed}).", en: "Your role does not allow this act ({needed})." },
  },
  "web.cross-site": {
    status: 403,
    text: {
      fr: "La demande vient d’un autre site. Rechargez la page et recommencez.",
      en: "The request comes from another site. Reload the page and try again.",
    },
  },
  "web.internal": {
    status: 500,
    text: {
      fr: "Une erreur interne est survenue. Rien n’a été enregistré ; donnez le numéro {request} à l’exploitant.",
      en: "An internal error occurred. Nothing was recorded; give number {request} to the operator.",
    },
  },
  "web.port-taken": {
    status: 500,
    text: {
      fr: "Le port {port} ({name}) est déjà pris. Arrêtez le programme qui l’occupe, ou changez le réglage {setting}.",
      en: "Port {port} ({name}) is already taken. Stop the program that holds it, or change the setting {setting}.",
    },
  },
});
