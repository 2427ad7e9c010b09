// Words of the application, French first. A text that lacks one language does not type-check.
import { createContext, useContext } from "react";

export type Language = "fr" | "en";
type Words = Readonly<Record<Language, string>>;

export const texts = {
  "app.loading": { fr: "Ouverture…", en: "Opening…" },
  "app.other-language": { fr: "English", en: "Français" },
  "app.sandbox": { fr: "Bac à sable", en: "Sandbox" },
  "app.offline": { fr: "Pas de réseau : l’application réessaie d’elle-même.", en: "No network: the application tries again by itself." },
  "app.back": { fr: "Retour", en: "Back" },
  "app.continue": { fr: "Continuer", en: "Continue" },
  "app.cancel": { fr: "Annuler", en: "Cancel" },
  "app.close": { fr: "Terminé", en: "Done" },
  "app.failed": { fr: "Cela n’a pas abouti", en: "That did not work" },
  "nav.label": { fr: "Rubriques", en: "Sections" },
  "nav.home": { fr: "Accueil", en: "Home" },
  "nav.history": { fr: "Historique", en: "History" },
  "nav.settings": { fr: "Réglages", en: "Settings" },

  "start.title": { fr: "Votre e-CPS sur ce téléphone", en: "Your e-CPS on this telephone" },
  "start.lead": {
    fr: "L’e-CPS vous identifie auprès des services numériques et valide chacune de vos connexions.",
    en: "The e-CPS identifies you to digital services and validates each of your sign-ins.",
  },
  "start.id": { fr: "Identifiant national", en: "National identifier" },
  "start.id-hint": {
    fr: "Sur la première ligne de votre carte CPS : douze chiffres, le premier est 8. Les onze derniers suffisent.",
    en: "On the first line of your CPS card: twelve digits, the first is 8. The last eleven will do.",
  },
  "start.ask": { fr: "Demander l’activation de l’e-CPS", en: "Ask for activation of the e-CPS" },
  "start.sealed": { fr: "J’ai un code sous pli", en: "I have a sealed code" },
  "start.card": { fr: "Avec ma carte CPS", en: "With my CPS card" },
  "start.card-lead": {
    fr: "Sur un poste équipé d’un lecteur, ouvrez le portail à l’adresse ci-dessous et présentez votre carte : un code s’affiche, valable quatre-vingt-dix secondes.",
    en: "On a computer with a reader, open the portal at the address below and show your card: a code appears, good for ninety seconds.",
  },
  "start.card-code": { fr: "Code affiché par le portail", en: "Code shown by the portal" },
  "start.card-hint": { fr: "Douze caractères ; les tirets ne comptent pas.", en: "Twelve characters; dashes do not count." },
  "start.lost": { fr: "Code oublié ou téléphone perdu", en: "Forgotten code or lost telephone" },
  "start.evicted-title": { fr: "J’avais déjà une e-CPS ici", en: "I already had an e-CPS here" },
  "start.evicted": {
    fr: "Le navigateur peut effacer les données d’un site longtemps inutilisé, ou quand la place manque. La clé de l’e-CPS ne se copie pas : elle est perdue avec elles. Activez-la de nouveau ; l’ancienne s’éteint alors. Installer l’application et l’ouvrir de temps en temps l’évite.",
    en: "A browser may erase the data of a site left unused for long, or when space runs out. The key of the e-CPS cannot be copied: it is lost with them. Activate it anew; the old one then dies. Installing the application and opening it now and then prevents this.",
  },
  "start.evicted-notice": { fr: "Le navigateur a effacé l’e-CPS de ce téléphone.", en: "The browser erased the e-CPS of this telephone." },
  "start.linked": { fr: "Nouveau téléphone", en: "New telephone" },
  "start.linked-lead": {
    fr: "Votre ancien téléphone ou votre carte a approuvé celui-ci. Continuez pour y placer votre e-CPS.",
    en: "Your old telephone or your card approved this one. Continue to place your e-CPS on it.",
  },

  "proof.title": { fr: "Les deux codes reçus", en: "The two codes you received" },
  "proof.lead": { fr: "Nous avons envoyé un code à {telephone} et un autre à {email}.", en: "We sent a code to {telephone} and another to {email}." },
  "proof.telephone": { fr: "Code reçu par téléphone", en: "Code received by telephone" },
  "proof.email": { fr: "Code reçu par courriel", en: "Code received by e-mail" },
  "proof.sealed-title": { fr: "Code sous pli", en: "Sealed code" },
  "proof.sealed": { fr: "Code remis par l’agent d’enrôlement", en: "Code handed over by the enrolment officer" },
  "proof.outbox": { fr: "Lire les messages du bac à sable", en: "Read the sandbox’s messages" },
  "proof.time": { fr: "Vous avez dix minutes. Ensuite la procédure est annulée.", en: "You have ten minutes. Then the procedure is cancelled." },

  "terms.title": { fr: "Conditions générales", en: "Terms of use" },
  "terms.version": { fr: "Version {version}, en vigueur le {date}", en: "Version {version}, in force on {date}" },
  "terms.accept": { fr: "J’ai lu les conditions et je les accepte", en: "I have read the terms and accept them" },
  "terms.replace-title": { fr: "Une e-CPS est déjà active", en: "An e-CPS is already active" },
  "terms.replace": {
    fr: "Je remplace l’e-CPS de « {name} », activée le {date}. Elle cessera aussitôt.",
    en: "I replace the e-CPS of “{name}”, activated on {date}. It will stop at once.",
  },
  "terms.identity": { fr: "D’après l’annuaire", en: "From the directory" },
  "terms.article": { fr: "Article {number}", en: "Article {number}" },

  "pin.title": { fr: "Choisissez votre code", en: "Choose your code" },
  "pin.hint": {
    fr: "Quatre chiffres, sans suite, sans répétition, sans date. Il ne se réinitialise pas.",
    en: "Four digits, no sequence, no repetition, no date. It cannot be reset.",
  },
  "pin.code": { fr: "Code à quatre chiffres", en: "Four-digit code" },
  "pin.again": { fr: "Le même code, encore une fois", en: "The same code, once more" },
  "pin.differ": { fr: "Les deux codes sont différents.", en: "The two codes differ." },
  "pin.activate": { fr: "Activer mon e-CPS", en: "Activate my e-CPS" },

  "ready.title": { fr: "Votre e-CPS est active", en: "Your e-CPS is active" },
  "ready.lead": {
    fr: "Les demandes de connexion arrivent ici. Installez l’application pour la retrouver et éviter que le navigateur ne l’efface.",
    en: "Sign-in requests come here. Install the application to find it again and to keep the browser from erasing it.",
  },

  "home.waiting": { fr: "Aucune demande en attente", en: "No request waiting" },
  "home.waiting-lead": { fr: "Lancez une connexion depuis un service : elle s’affichera ici.", en: "Start a sign-in from a service: it will show here." },
  "home.quiet-title": { fr: "Des demandes ont été mises en sourdine", en: "Requests were silenced" },
  "home.quiet": {
    fr: "{count} demande(s) vous visent depuis des endroits inconnus. Ne répondez que si vous êtes en train de vous connecter : tapez alors le nombre affiché à l’écran de connexion.",
    en: "{count} request(s) aim at you from unknown places. Answer only if you are signing in now: then type the number on the sign-in screen.",
  },
  "home.number": { fr: "Nombre affiché à l’écran de connexion", en: "Number on the sign-in screen" },
  "home.find": { fr: "Trouver ma demande", en: "Find my request" },
  "home.suggestions": { fr: "D’après vos habitudes", en: "From your habits" },
  "home.habit": { fr: "vous l’ouvrez souvent à cette heure", en: "you often open it at this hour" },
  "home.often": { fr: "{times} fois ces deux derniers mois", en: "{times} times in the last two months" },
  "home.recent": { fr: "récemment", en: "recently" },
  "home.maintenance": { fr: "Maintenance prévue", en: "Planned maintenance" },
  "home.from-to": { fr: "Du {from} au {to}", en: "From {from} to {to}" },
  "home.terms": { fr: "Nouvelles conditions générales", en: "New terms of use" },
  "home.terms-soon": {
    fr: "La version {version} entre en vigueur le {date}. Sans réponse, l’utiliser à partir de cette date vaut acceptation.",
    en: "Version {version} comes into force on {date}. Without an answer, using it from that date on is acceptance.",
  },
  "home.terms-refused": {
    fr: "Vous avez refusé la version {version}. Dernier jour d’utilisation : {date}. Vous pouvez encore l’accepter.",
    en: "You refused version {version}. Last day of use: {date}. You can still accept it.",
  },
  "home.terms-read": { fr: "Lire et répondre", en: "Read and answer" },
  "home.trial": { fr: "Essayer mon e-CPS", en: "Try my e-CPS" },
  "home.trial-number": { fr: "Essai : le nombre à choisir est {number}.", en: "Trial: the number to choose is {number}." },
  "home.contact-old": {
    fr: "Vos coordonnées datent de plus d’un an : vérifiez-les.",
    en: "Your contact details are more than a year old: check them.",
  },

  "newterms.accept": { fr: "Accepter", en: "Accept" },
  "newterms.refuse": { fr: "Refuser", en: "Refuse" },
  "newterms.refuse-warning": {
    fr: "Si vous refusez, votre e-CPS est désactivée avant l’entrée en vigueur : dernier jour d’utilisation le {date}.",
    en: "If you refuse, your e-CPS is deactivated before they come into force: last day of use {date}.",
  },

  "request.title": { fr: "Est-ce bien vous ?", en: "Is this you?" },
  "request.service": { fr: "Service", en: "Service" },
  "request.purpose": { fr: "Pour", en: "For" },
  "request.place": { fr: "Depuis", en: "From" },
  "request.time": { fr: "À", en: "At" },
  "request.ago": { fr: "il y a {seconds} s", en: "{seconds} s ago" },
  "request.environment": { fr: "Essais", en: "Test" },
  "request.which": { fr: "Quel nombre voyez-vous sur l’écran de connexion ?", en: "Which number do you see on the sign-in screen?" },
  "request.data": {
    fr: "Votre code vous sera demandé ensuite. Identité, profession et situations d’exercice seront transmises au service.",
    en: "Your code comes next. Identity, profession and practice situations will be handed to the service.",
  },
  "request.refuse": { fr: "Refuser", en: "Refuse" },
  "request.report": { fr: "Non, refuser et signaler", en: "No, refuse and report" },
  "request.pin-title": { fr: "Votre code", en: "Your code" },
  "request.pin-lead": { fr: "Pour {service}, nombre {number}.", en: "For {service}, number {number}." },
  "request.approve": { fr: "Valider la connexion", en: "Approve the sign-in" },
  "request.other": { fr: "Changer de nombre", en: "Change the number" },

  "done.approved": { fr: "Connexion validée", en: "Sign-in approved" },
  "done.approved-lead": { fr: "Retournez à l’écran où vous vous connectez.", en: "Go back to the screen where you sign in." },
  "done.refused": { fr: "Demande refusée", en: "Request refused" },
  "done.refused-lead": { fr: "Rien n’a été transmis au service.", en: "Nothing was handed to the service." },
  "done.reported": { fr: "Demande refusée et signalée", en: "Request refused and reported" },
  "done.reported-lead": {
    fr: "Rien n’a été transmis. Si d’autres demandes arrivent sans vous, quelqu’un connaît peut-être votre identifiant : ne validez rien, l’endroit est freiné.",
    en: "Nothing was handed over. If more requests come without you, someone may know your identifier: approve nothing, the place is being slowed.",
  },
  "done.wrong-number": { fr: "Ce n’était pas le bon nombre", en: "That was not the right number" },
  "done.wrong-number-lead": {
    fr: "La demande est close par sécurité. Si elle venait de vous, recommencez la connexion et lisez le nombre sur l’écran.",
    en: "The request was closed for safety. If it was yours, start the sign-in again and read the number on the screen.",
  },
  "done.expired": { fr: "La demande a expiré", en: "The request expired" },
  "done.expired-lead": {
    fr: "Elle n’attend plus de réponse. Si elle venait de vous, recommencez la connexion.",
    en: "It awaits no answer any more. If it was yours, start the sign-in again.",
  },
  "done.return": { fr: "Revenir à la connexion", en: "Back to the sign-in" },

  "history.title": { fr: "Qui a reçu quoi", en: "Who received what" },
  "history.lead": {
    fr: "Chaque connexion et chaque événement de votre e-CPS. Conservés six ans.",
    en: "Each sign-in and each event of your e-CPS. Kept six years.",
  },
  "history.empty": { fr: "Rien encore. Votre première connexion s’affichera ici.", en: "Nothing yet. Your first sign-in will show here." },
  "history.more": { fr: "Voir plus ancien", en: "Show older" },
  "history.data": { fr: "A reçu : identité, profession, situations d’exercice", en: "Received: identity, profession, practice situations" },
  "history.nothing": { fr: "N’a rien reçu", en: "Received nothing" },
  "history.activation": { fr: "Activation de l’e-CPS", en: "Activation of the e-CPS" },
  "history.end": { fr: "Fin d’une e-CPS", en: "End of an e-CPS" },
  "history.details": { fr: "Coordonnées modifiées", en: "Contact details changed" },
  "history.terms": { fr: "Conditions générales", en: "Terms of use" },
  "history.pin": { fr: "Code saisi", en: "Code entered" },
  "history.measure": { fr: "Mesure de l’agence", en: "Measure of the agency" },
  "result.approved": { fr: "validée", en: "approved" },
  "result.refused": { fr: "refusée", en: "refused" },
  "result.reported": { fr: "signalée", en: "reported" },
  "result.wrong-number": { fr: "mauvais nombre", en: "wrong number" },
  "result.expired": { fr: "expirée", en: "expired" },
  "result.cancelled": { fr: "annulée", en: "cancelled" },
  "result.blocked": { fr: "bloquée", en: "blocked" },
  "result.done": { fr: "faite", en: "done" },
  "result.wrong": { fr: "faux", en: "wrong" },
  "result.accepted": { fr: "acceptées", en: "accepted" },
  "result.used": { fr: "acceptées par l’usage", en: "accepted by use" },
  "result.replaced": { fr: "remplacée", en: "replaced" },
  "result.removed": { fr: "désactivée par vous", en: "deactivated by you" },
  "result.forgotten-pin": { fr: "supprimée, code oublié", en: "deleted, forgotten code" },
  "result.lost": { fr: "téléphone perdu", en: "telephone lost" },
  "result.cloned": { fr: "clé copiée", en: "copied key" },
  "result.terms-refused": { fr: "conditions refusées", en: "terms refused" },
  "result.breach": { fr: "manquement aux conditions", en: "breach of the terms" },
  "result.general-interest": { fr: "intérêt général", en: "general interest" },
  "result.gone": { fr: "fin d’activité", en: "end of practice" },
  "result.lifted": { fr: "levée", en: "lifted" },

  "settings.title": { fr: "Réglages", en: "Settings" },
  "settings.identity": { fr: "Identité (annuaire national)", en: "Identity (national directory)" },
  "settings.device": { fr: "Ce téléphone", en: "This telephone" },
  "settings.since": { fr: "activé le {date}", en: "activated on {date}" },
  "settings.contact": { fr: "Coordonnées", en: "Contact details" },
  "settings.contact-change": { fr: "Modifier mes coordonnées", en: "Change my contact details" },
  "settings.new": { fr: "Changer de téléphone", en: "Change telephone" },
  "settings.push": { fr: "Être prévenu des demandes", en: "Be told of requests" },
  "settings.push-on": {
    fr: "Ce téléphone est prévenu même quand l’application est fermée.",
    en: "This telephone is told even when the application is closed.",
  },
  "settings.push-off": { fr: "Laissez l’application ouverte : elle reste prévenue.", en: "Keep the application open: it is told while it is." },
  "settings.push-denied": {
    fr: "Les notifications sont refusées par ce téléphone. Laissez l’application ouverte pendant une connexion.",
    en: "Notifications are refused on this telephone. Keep the application open during a sign-in.",
  },
  "settings.storage-kept": { fr: "Le navigateur s’engage à garder l’e-CPS.", en: "The browser has promised to keep the e-CPS." },
  "settings.storage-loose": {
    fr: "Le navigateur peut effacer l’e-CPS si elle reste inutilisée : installez l’application.",
    en: "The browser may erase the e-CPS if it stays unused: install the application.",
  },
  "settings.terms": { fr: "Conditions générales", en: "Terms of use" },
  "settings.rights": { fr: "Mes données et mes droits", en: "My data and my rights" },
  "settings.rights-text": {
    fr: "Accès, rectification, effacement, opposition, limitation, directives après décès : écrivez au délégué à la protection des données de l’agence, par courrier ou par courriel. En cas de refus, saisissez la CNIL. Pour ce qu’un service fait de vos données, adressez-vous à ce service. Traces : six ans ; identifiant du téléphone : trois ans ; identité : le temps de votre activité. Les conditions n’ont pas de terme ; droit et tribunaux français.",
    en: "Access, rectification, erasure, objection, limitation, post-mortem directives: write to the agency’s data protection officer, by post or e-mail. On refusal, turn to the CNIL. For what a service does with your data, ask that service. Traces: six years; telephone identifier: three years; identity: as long as you practise. The terms have no end; French law and courts.",
  },
  "settings.end": { fr: "Désactiver mon e-CPS", en: "Deactivate my e-CPS" },
  "settings.end-lead": {
    fr: "Elle cesse aussitôt et ne se rétablit pas. Vous pourrez en activer une nouvelle.",
    en: "It stops at once and cannot be restored. You can activate a new one.",
  },
  "settings.end-sure": { fr: "Oui, désactiver", en: "Yes, deactivate" },
  "settings.end-compromised": { fr: "Quelqu’un s’en sert : désactiver et fermer mes sessions", en: "Someone uses it: deactivate and end my sessions" },

  "link.title": { fr: "Sur le nouveau téléphone", en: "On the new telephone" },
  "link.lead": {
    fr: "Visez ce carré avec l’appareil photo du nouveau téléphone, ou ouvrez-y l’adresse. Il vaut 90 secondes et une seule fois. Ce téléphone-ci s’éteindra.",
    en: "Point the new telephone’s camera at this square, or open the address on it. It is valid for 90 seconds, once. This telephone will then stop.",
  },
  "link.address": { fr: "Adresse à ouvrir", en: "Address to open" },
  "link.qr": { fr: "Code QR de l’adresse ci-dessous", en: "QR code of the address below" },

  "contact.title": { fr: "Nouvelles coordonnées", en: "New contact details" },
  "contact.telephone": { fr: "Téléphone personnel", en: "Personal telephone" },
  "contact.email": { fr: "Adresse électronique personnelle", en: "Personal e-mail address" },
  "contact.hint": { fr: "Pas d’adresse MSSanté : l’e-CPS sert à l’ouvrir.", en: "No MSSanté address: the e-CPS is what opens it." },
  "contact.done": { fr: "Coordonnées enregistrées. Les anciennes ont été prévenues.", en: "Details recorded. The old ones were told." },

  "lost.title": { fr: "Supprimer l’e-CPS sans le téléphone", en: "Delete the e-CPS without the telephone" },
  "lost.lead": {
    fr: "Un code oublié ne se réinitialise pas. L’ancienne e-CPS est d’abord supprimée, puis vous en activez une nouvelle.",
    en: "A forgotten code is not reset. The old e-CPS is deleted first, then you activate a new one.",
  },
  "lost.forgotten-pin": { fr: "J’ai oublié mon code", en: "I forgot my code" },
  "lost.lost": { fr: "J’ai perdu mon téléphone, ou on me l’a volé", en: "I lost my telephone, or it was stolen" },
  "lost.why": { fr: "Que s’est-il passé ?", en: "What happened?" },
  "lost.ask": { fr: "Recevoir les codes", en: "Receive the codes" },
  "lost.delete": { fr: "Supprimer l’e-CPS", en: "Delete the e-CPS" },
  "lost.done": { fr: "L’e-CPS est supprimée", en: "The e-CPS is deleted" },
  "lost.done-lead": {
    fr: "Elle ne peut plus rien valider. Activez-en une nouvelle quand vous le voulez.",
    en: "It can approve nothing any more. Activate a new one whenever you like.",
  },
  "lost.done-sessions": { fr: "Vos sessions ouvertes ont été fermées.", en: "Your open sessions were ended." },

  "ended.title": { fr: "Cette e-CPS n’est plus active", en: "This e-CPS is no longer active" },
  "ended.blocked": { fr: "Votre e-CPS est bloquée", en: "Your e-CPS is blocked" },
  "ended.again": { fr: "Activer une nouvelle e-CPS", en: "Activate a new e-CPS" },
  "ended.card": { fr: "En attendant, connectez-vous avec votre carte CPS.", en: "Meanwhile, sign in with your CPS card." },
} satisfies Record<string, Words>;

export type TextKey = keyof typeof texts;
export type Say = (key: TextKey, params?: Readonly<Record<string, string | number>>) => string;

/** Fills a text in one language. */
export function createSay(language: Language): Say {
  return (key, params = {}) => texts[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? name));
}

export type Speech = { readonly language: Language; readonly say: Say; date(iso: string): string; moment(iso: string): string; time(iso: string): string };

export function createSpeech(language: Language): Speech {
  const format = (options: Intl.DateTimeFormatOptions) => (iso: string) => new Intl.DateTimeFormat(language, options).format(new Date(iso));
  return {
    language,
    say: createSay(language),
    date: (iso) => format({ dateStyle: "long" })(iso.length === 10 ? `${iso}T12:00:00` : iso),
    moment: format({ dateStyle: "medium", timeStyle: "short" }),
    time: format({ hour: "numeric", minute: "2-digit" }),
  };
}

export const SpeechContext = createContext<Speech>(createSpeech("fr"));
export const useSpeech = (): Speech => useContext(SpeechContext);
