import { defineErrors } from "@cercle/kernel";

export const connectErrors = defineErrors({
  "connect.client-exists": {
    status: 409,
    text: {
      fr: "Le client {id} existe déjà. Choisissez un autre identifiant, ou regardez-le avec « cercle client show {id} ».",
      en: "Client {id} already exists. Choose another identifier, or look at it with “cercle client show {id}”.",
    },
  },
  "connect.no-client": {
    status: 404,
    text: {
      fr: "Aucun client ne s’appelle {id}. « cercle client list » les donne tous.",
      en: "No client is called {id}. “cercle client list” gives them all.",
    },
  },
  "connect.bad-redirect-uri": {
    status: 422,
    text: {
      fr: "{uri} ne peut pas être une adresse de retour : il faut une adresse absolue, en https (http pour une boucle locale), sans fragment.",
      en: "{uri} cannot be a return address: it must be absolute, https (http for a loopback), without a fragment.",
    },
  },
  "connect.method-refused-by-profile": {
    status: 422,
    text: {
      fr: "Le profil {profile} n’accepte pas {method} (comme le service national à cette date). Acceptés : {accepted}.",
      en: "Profile {profile} does not accept {method} (as the national service at that date). Accepted: {accepted}.",
    },
  },
  "connect.bad-identifier": {
    status: 422,
    text: {
      fr: "{given} n’est pas un identifiant de professionnel. Votre numéro RPPS compte 11 chiffres (12 avec le 8 devant).",
      en: "{given} is not a professional’s identifier. Your RPPS number has 11 digits (12 with the leading 8).",
    },
  },
  "connect.no-person": {
    status: 404,
    text: {
      fr: "Aucun professionnel en exercice n’a l’identifiant {id} dans l’annuaire.",
      en: "No practising professional has the identifier {id} in the directory.",
    },
  },
  "connect.attempt-over": {
    status: 410,
    text: {
      fr: "Cette demande de connexion est terminée ou a expiré. Revenez au service et recommencez.",
      en: "This sign-in request is over or has expired. Go back to the service and start again.",
    },
  },
  "connect.card-refused": {
    status: 403,
    text: {
      fr: "Cette carte ne peut pas vous connecter : {fr}.",
      en: "This card cannot sign you in: {en}.",
    },
  },
  "connect.too-fast": {
    status: 429,
    text: {
      fr: "Trop de tentatives automatiques ont été vues. Réessayez dans {seconds} secondes, avec la page de connexion.",
      en: "Too many automatic attempts were seen. Try again in {seconds} seconds, with the sign-in page.",
    },
  },
  "connect.login-failed": {
    status: 409,
    text: { fr: "La connexion n’a pas abouti : {problem}", en: "The sign-in did not complete: {problem}" },
  },
  "connect.terms-known": {
    status: 409,
    text: { fr: "La version {version} des conditions est déjà annoncée.", en: "Version {version} of the terms is already announced." },
  },
});
