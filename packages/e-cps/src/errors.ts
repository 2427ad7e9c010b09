// The room's closed list of refusals. Each says what to do next (e-CPS 3.1; docs/e-cps.md).
import { defineErrors } from "@cercle/kernel";

export const eCpsErrors = defineErrors({
  "e-cps.bad-id": {
    status: 422,
    text: {
      fr: "L’identifiant national s’écrit avec 12 chiffres : 8 suivi des 11 chiffres de votre numéro au répertoire. Ce numéro seul convient aussi.",
      en: "The national identifier has 12 digits: 8 followed by the 11 digits of your number in the register. That number alone will do.",
    },
  },
  "e-cps.unknown-person": {
    status: 404,
    text: {
      fr: "Cet identifiant n’est pas celui d’un professionnel en activité dans l’annuaire. Vérifiez-le sur la première ligne de votre carte CPS.",
      en: "No active professional of the directory has this identifier. Check it on the first line of your CPS card.",
    },
  },
  "e-cps.no-directory": {
    status: 503,
    text: { fr: "L’annuaire ne répond pas. Réessayez dans quelques minutes.", en: "The directory does not answer. Try again in a few minutes." },
  },
  "e-cps.no-details": {
    status: 409,
    text: {
      fr: "Aucun téléphone ni adresse ne vous est connu ici. Activez avec votre carte CPS sur le portail, ou demandez un code sous pli à un agent d’enrôlement de votre ordre ou de votre établissement.",
      en: "No telephone or address of yours is known here. Activate with your CPS card at the portal, or ask an enrolment officer of your order or establishment for a sealed code.",
    },
  },
  "e-cps.no-gateway": {
    status: 503,
    text: {
      fr: "Cet espace n’envoie pas encore de codes. Activez avec votre carte CPS, ou demandez un code sous pli.",
      en: "This space does not send codes yet. Activate with your CPS card, or ask for a sealed code.",
    },
  },
  "e-cps.too-many-starts": {
    status: 429,
    text: {
      fr: "Trop de procédures commencées pour cet identifiant. Réessayez dans une heure, ou utilisez votre carte CPS.",
      en: "Too many procedures were started for this identifier. Try again in an hour, or use your CPS card.",
    },
  },
  "e-cps.no-verification": {
    status: 410,
    text: {
      fr: "Cette procédure est annulée ou son délai est passé. Recommencez-la depuis l’application.",
      en: "This procedure was cancelled or is out of time. Start it again from the application.",
    },
  },
  "e-cps.wrong-code": {
    status: 403,
    text: {
      fr: "Un des codes ne convient pas. Il vous reste {left} essai(s) ; ensuite la procédure est annulée.",
      en: "One of the codes is wrong. You have {left} tries left; then the procedure is cancelled.",
    },
  },
  "e-cps.not-proven": {
    status: 409,
    text: { fr: "Donnez d’abord les codes reçus.", en: "First give the codes that you received." },
  },
  "e-cps.bad-proof": {
    status: 403,
    text: {
      fr: "Ce téléphone n’a pas prouvé qu’il tient sa clé. Recommencez la procédure sur ce téléphone.",
      en: "This telephone did not prove that it holds its key. Start the procedure again on this telephone.",
    },
  },
  "e-cps.bad-key": {
    status: 422,
    text: { fr: "La clé publique doit être une clé ECDSA P-256 (SPKI).", en: "The public key must be an ECDSA P-256 key (SPKI)." },
  },
  "e-cps.terms-not-accepted": {
    status: 409,
    text: {
      fr: "L’activation demande l’acceptation des conditions générales, version {version}. Sans elle, aucune e-CPS n’est délivrée.",
      en: "Activation requires acceptance of the terms of use, version {version}. Without it no e-CPS is issued.",
    },
  },
  "e-cps.replace-consent": {
    status: 409,
    text: {
      fr: "Une e-CPS est déjà active à votre nom (« {name} »). Une personne n’en a qu’une : confirmez son remplacement, ou gardez l’ancienne.",
      en: "An e-CPS is already active in your name (“{name}”). A person has only one: confirm its replacement, or keep the old one.",
    },
  },
  "e-cps.weak-pin": {
    status: 422,
    text: {
      fr: "Ce code se devine trop facilement ({fr}). Choisissez quatre chiffres sans suite, sans répétition et sans date.",
      en: "This code is too easy to guess ({en}). Choose four digits without sequence, repetition or date.",
    },
  },
  "e-cps.wrong-pin": {
    status: 403,
    text: {
      fr: "Ce n’est pas votre code. Il vous reste {left} essai(s) avant le blocage.",
      en: "This is not your code. You have {left} tries left before it is blocked.",
    },
  },
  "e-cps.blocked": {
    status: 403,
    text: {
      fr: "Cette e-CPS est bloquée après trois codes faux. Un code ne se réinitialise pas : activez de nouveau depuis l’application.",
      en: "This e-CPS is blocked after three wrong codes. A code cannot be reset: activate anew from the application.",
    },
  },
  "e-cps.no-device": {
    status: 409,
    text: {
      fr: "Aucune e-CPS n’est active pour cet identifiant. Activez-la depuis l’application, ou connectez-vous avec votre carte CPS.",
      en: "No e-CPS is active for this identifier. Activate it from the application, or sign in with your CPS card.",
    },
  },
  "e-cps.unknown-device": {
    status: 404,
    text: {
      fr: "Ce téléphone n’est pas connu. Activez une e-CPS sur ce téléphone.",
      en: "This telephone is not known. Activate an e-CPS on this telephone.",
    },
  },
  "e-cps.device-ended": {
    status: 410,
    text: {
      fr: "L’e-CPS de ce téléphone n’est plus active ({fr}, {clause}). Activez-en une nouvelle, ou contactez l’agence si ce n’est pas vous.",
      en: "The e-CPS of this telephone is no longer active ({en}, {clause}). Activate a new one, or contact the agency if this was not you.",
    },
  },
  "e-cps.cloned": {
    status: 410,
    text: {
      fr: "La clé de ce téléphone est utilisée ailleurs : l’e-CPS est arrêtée par sécurité. Activez-en une nouvelle ; vos sessions ont été fermées.",
      en: "The key of this telephone is used elsewhere: the e-CPS was stopped for safety. Activate a new one; your sessions were ended.",
    },
  },
  "e-cps.again": {
    status: 409,
    text: {
      fr: "La demande est arrivée trop tard ou deux fois. L’application recommence d’elle-même.",
      en: "The request came too late or twice. The application tries again by itself.",
    },
  },
  "e-cps.bad-signature": {
    status: 403,
    text: {
      fr: "La signature de ce téléphone ne convient pas. Si cela se répète, activez une nouvelle e-CPS.",
      en: "The signature of this telephone is not valid. If this happens again, activate a new e-CPS.",
    },
  },
  "e-cps.outdated": {
    status: 426,
    text: {
      fr: "Cette version de l’application n’est plus acceptée ({version}). Fermez-la et rouvrez-la pour prendre la mise à jour.",
      en: "This version of the application is no longer accepted ({version}). Close and reopen it to take the update.",
    },
  },
  "e-cps.no-approval": {
    status: 410,
    text: {
      fr: "Cette demande n’attend plus de réponse : elle est expirée, annulée ou déjà décidée. Recommencez la connexion si elle vient de vous.",
      en: "This request awaits no answer any more: it expired, was cancelled or decided. Start the sign-in again if it was yours.",
    },
  },
  "e-cps.no-such-number": {
    status: 404,
    text: {
      fr: "Aucune demande en attente ne porte ce nombre. Vérifiez l’écran de connexion, ou recommencez la connexion.",
      en: "No waiting request has this number. Check the sign-in screen, or start the sign-in again.",
    },
  },
  "e-cps.throttled": {
    status: 429,
    text: {
      fr: "Trop de demandes sans réponse de cet endroit. Réessayez dans {seconds} s, ou connectez-vous avec votre carte CPS.",
      en: "Too many unanswered requests from this place. Try again in {seconds} s, or sign in with your CPS card.",
    },
  },
  "e-cps.out-of-contact": {
    status: 503,
    text: {
      fr: "Les droits ne peuvent pas être vérifiés pour l’instant. Réessayez dans une minute.",
      en: "Rights cannot be checked for now. Try again in a minute.",
    },
  },
  "e-cps.right-closed": {
    status: 403,
    text: {
      fr: "L’usage de l’e-CPS est fermé pour cet identifiant depuis le {fr} ({clause}, dossier {reference}). Contactez l’agence, ou activez-la de nouveau si sa raison a disparu.",
      en: "The use of the e-CPS has been closed for this identifier since {en} ({clause}, file {reference}). Contact the agency, or activate it again if its reason is gone.",
    },
  },
  "e-cps.barred": {
    status: 403,
    text: {
      fr: "L’agence a désactivé votre e-CPS et n’en délivre pas de nouvelle pour l’instant. Écrivez-lui pour en connaître la raison.",
      en: "The agency deactivated your e-CPS and issues no new one for now. Write to it to learn the reason.",
    },
  },
  "e-cps.bad-push": {
    status: 422,
    text: {
      fr: "Ce service de notification n’est pas accepté ici. L’application reste prévenue tant qu’elle est ouverte.",
      en: "This notification service is not accepted here. The application is still told while it is open.",
    },
  },
  "e-cps.bad-payload": {
    status: 400,
    text: { fr: "La demande signée n’est pas valable ({problem}).", en: "The signed request is not valid ({problem})." },
  },
  "e-cps.nothing-waiting": {
    status: 404,
    text: { fr: "Aucune demande n’est arrivée sur ce téléphone.", en: "No request has come to this telephone." },
  },
  "e-cps.no-terms": {
    status: 404,
    text: { fr: "Aucune version {version} des conditions n’est publiée.", en: "No version {version} of the terms is published." },
  },
  "e-cps.bad-details": {
    status: 422,
    text: {
      fr: "Il faut un téléphone français ou international et une adresse électronique personnelle (ligne {line}). Une adresse MSSanté ne convient pas.",
      en: "A French or international telephone and a personal e-mail address are needed (line {line}). An MSSanté address will not do.",
    },
  },
  "e-cps.not-headless": {
    status: 404,
    text: {
      fr: "Aucun téléphone sans écran n’est activé pour {id}. Commencez par « cercle e-cps activate ».",
      en: "No device without a screen is activated for {id}. Start with “cercle e-cps activate”.",
    },
  },
  "e-cps.not-built": {
    status: 503,
    text: {
      fr: "L’application n’a pas été construite. Relancez Cercle avec « npm start », qui la construit, puis rechargez.",
      en: "The application was not built. Start Cercle again with “npm start”, which builds it, then reload.",
    },
  },
});
