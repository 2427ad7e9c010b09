// The first version of this space's own terms. They follow the articles of the national e-CPS terms that the requirements
// name, in words of our own, and claim nothing for the national service.
import type { TermsDocument } from "../device/index.ts";

export const firstTerms: TermsDocument = {
  version: "2026-1",
  in_force_on: "2026-01-01",
  title: { fr: "Conditions générales d’utilisation de l’e-CPS", en: "Terms of use of the e-CPS" },
  articles: [
    {
      number: "2",
      title: { fr: "Ce que c’est", en: "What it is" },
      text: {
        fr: "L’e-CPS est une application qui vous identifie auprès de services numériques et valide chacune de vos connexions par Pro Santé Connect.",
        en: "The e-CPS is an application that identifies you to digital services and validates each of your sign-ins through Pro Santé Connect.",
      },
    },
    {
      number: "3",
      title: { fr: "Activation et code", en: "Activation and code" },
      text: {
        fr: "Vous l’activez vous-même, une seule à votre nom, et choisissez un code à quatre chiffres. Gardez-le secret. Un code oublié ne se réinitialise pas : l’ancienne e-CPS est supprimée, puis vous en activez une nouvelle. Une procédure non suivie ou hors délai est annulée.",
        en: "You activate it yourself, one only in your name, and choose a four-digit code. Keep it secret. A forgotten code is not reset: the old e-CPS is deleted, then you activate a new one. A procedure that is not followed or is out of time is cancelled.",
      },
    },
    {
      number: "4",
      title: { fr: "Usage personnel", en: "Personal use" },
      text: {
        fr: "L’e-CPS est strictement personnelle et ne sert qu’à vous authentifier. Ne validez aucune demande qui ne vient pas de vous ; refusez-la et signalez-la. Les relations avec chaque service vous regardent seul.",
        en: "The e-CPS is strictly personal and serves only to authenticate you. Approve no request that is not yours; refuse it and report it. Your relations with each service are your own.",
      },
    },
    {
      number: "5",
      title: { fr: "Nouvelles versions", en: "New versions" },
      text: {
        fr: "Une nouvelle version vous est annoncée dans l’application avec sa date. Si vous la refusez, l’e-CPS est désactivée avant cette date. L’utiliser après cette date vaut acceptation.",
        en: "A new version is announced in the application with its date. If you refuse it, the e-CPS is deactivated before that date. Using it after that date is acceptance.",
      },
    },
    {
      number: "6",
      title: { fr: "Vos engagements", en: "Your commitments" },
      text: {
        fr: "Vous n’altérez pas le système de votre téléphone, acceptez les mises à jour et prévenez l’agence sans délai d’une perte ou d’un accès anormal. Un manquement permet à l’agence de désactiver l’e-CPS, définitivement et sans préavis.",
        en: "You do not tamper with your telephone’s system, you accept updates, and you tell the agency without delay of a loss or an unusual access. A breach lets the agency deactivate the e-CPS, for good and without notice.",
      },
    },
    {
      number: "7",
      title: { fr: "Disponibilité", en: "Availability" },
      text: {
        fr: "Les maintenances prévues sont annoncées dans l’application.",
        en: "Planned maintenance is announced in the application.",
      },
    },
    {
      number: "9",
      title: { fr: "Données personnelles", en: "Personal data" },
      text: {
        fr: "Votre identité vient des registres nationaux et est transmise au service que vous approuvez. Traces : six ans ; identifiant du téléphone : trois ans ; identité : le temps de votre activité. Vous disposez d’un droit d’accès, de rectification, d’effacement, d’opposition, de limitation, et de directives après décès, auprès du délégué à la protection des données ; en cas de refus, de la CNIL. Pour les données d’un service, adressez-vous à ce service.",
        en: "Your identity comes from the national registers and is handed to the service that you approve. Traces: six years; telephone identifier: three years; identity: as long as you practise. You have rights of access, rectification, erasure, objection, limitation and post-mortem directives, with the data protection officer; on refusal, with the CNIL. For a service’s own data, ask that service.",
      },
    },
    {
      number: "12",
      title: { fr: "Désactivation", en: "Deactivation" },
      text: {
        fr: "Vous pouvez la désactiver dans les réglages, ou la supprimer par « code oublié ». L’agence peut la désactiver pour un manquement, ou pour un motif d’intérêt général ou de sécurité publique ; elle vous en informe. Les conditions valent sans terme.",
        en: "You can deactivate it in the settings, or delete it through “forgotten code”. The agency may deactivate it for a breach, or for a reason of general interest or public safety; it informs you. The terms have no end date.",
      },
    },
    {
      number: "13",
      title: { fr: "Loi et tribunaux", en: "Law and courts" },
      text: { fr: "Loi française ; tribunaux français.", en: "French law; French courts." },
    },
  ],
};
