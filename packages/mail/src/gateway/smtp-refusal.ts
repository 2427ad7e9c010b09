// Refusals on the wire: code, enhanced status (RFC 3463), a text that names the true cause, and where it is explained.
import type { Text } from "@cercle/kernel";

export type SmtpRefusal = Error & { responseCode: number; about?: RefusalKey };

/** `550 5.7.1 text`, as smtp-server sends it. */
export function smtpRefusal(responseCode: number, enhanced: string, text: string, about?: RefusalKey): SmtpRefusal {
  return Object.assign(new Error(`${enhanced} ${text}`), { responseCode, ...(about ? { about } : {}) });
}

/** What each refusal means and what mends it: the page that replies link to. */
export const refusalGuide = {
  tls: { fr: "La session n’est pas chiffrée : envoyez STARTTLS d’abord.", en: "The session is not encrypted: send STARTTLS first." },
  certificate: {
    fr: "Le serveur qui se connecte doit montrer le certificat dédié à la messagerie que l’autorité lui a délivré, en cours de validité et non révoqué.",
    en: "The connecting server must show the certificate dedicated to messaging that the authority issued to it, in force and not revoked.",
  },
  binding: {
    fr: "Le certificat est bon, mais la liste blanche ne le rattache pas à ce domaine : faites corriger la liste par l’agence.",
    en: "The certificate is good, but the whitelist does not bind it to this domain: have the agency correct the list.",
  },
  listed: {
    fr: "Le domaine n’est pas dans la liste blanche que cet opérateur applique.",
    en: "The domain is not in the whitelist that this operator applies.",
  },
  closed: {
    fr: "Le droit d’échanger de ce domaine est fermé ; la clause citée dit pourquoi.",
    en: "This domain’s right to exchange is closed; the clause cited says why.",
  },
  provisional: {
    fr: "Intégration provisoire (MSS 4.1) : messages de test, sans donnée à caractère personnel, entre boîtes de test dont le nom contient « test ».",
    en: "Provisional integration (MSS 4.1): test messages, without any personal data, between test mailboxes whose name contains “test”.",
  },
  recipient: { fr: "Le destinataire n’est pas une boîte d’ici.", en: "The recipient is not a mailbox here." },
  inner: {
    fr: "Le serveur qui tient les boîtes de ce domaine ne répond pas, et cet opérateur n’accepte rien sans lui : la remise sera essayée de nouveau.",
    en: "The server that holds this domain’s mailboxes does not answer, and this operator accepts nothing without it: delivery will be tried again.",
  },
  full: { fr: "La boîte est pleine ; la remise sera essayée de nouveau.", en: "The mailbox is full; delivery will be tried again." },
  size: { fr: "Le message dépasse la taille annoncée par EHLO (SIZE).", en: "The message exceeds the size announced by EHLO (SIZE)." },
  sender: {
    fr: "L’expéditeur de l’en-tête From, celui de l’enveloppe et celui qui s’est authentifié doivent être le même.",
    en: "The sender in the From header, the one of the envelope and the one who signed in must be the same.",
  },
  loop: { fr: "Le message tourne en rond entre serveurs.", en: "The message goes round between servers." },
  header: {
    fr: "Un en-tête X-MSS-* ne correspond pas au message : voir le référentiel des clients de messagerie.",
    en: "An X-MSS-* header does not match the message: see the reference for mail clients.",
  },
  attachment: {
    fr: "Le message porte trop de parties, des parties emboîtées trop profondément, ou un programme en pièce jointe.",
    en: "The message carries too many parts, parts nested too deeply, or a program as attachment.",
  },
  patient: {
    fr: "L’adresse d’un patient est son matricule, clé comprise, formé d’une identité qualifiée ; sa clé ou sa forme n’est pas bonne, ou le message dépasse ce que sa messagerie accepte.",
    en: "A patient’s address is the patient’s number with its key, formed from a qualified identity; its key or form is wrong, or the message exceeds what the patient’s mailbox takes.",
  },
  infected: {
    fr: "L’antivirus a trouvé un programme malveillant dans le message : il est en quarantaine, et le destinataire est averti.",
    en: "The scanner found malware in the message: it is in quarantine, and the recipient has been told.",
  },
  unscanned: {
    fr: "L’antivirus ne répond pas, ou le message est plus grand que ce qu’il examine : rien n’entre sans examen chez cet opérateur.",
    en: "The scanner does not answer, or the message is larger than what it examines: nothing passes unexamined at this operator.",
  },
  moving: {
    fr: "Le domaine passe chez un autre opérateur (cession du service, MSS 13) : rien n’est perdu, la remise sera essayée de nouveau, là où la liste blanche l’indique. Après la cession, l’ancien opérateur refuse : appliquez la liste en vigueur.",
    en: "The domain is moving to another operator (transfer of the service, MSS 13): nothing is lost, delivery will be tried again, where the whitelist says. After the transfer the former operator refuses: apply the list in force.",
  },
  agreement: {
    fr: "La convention de preuve doit être acceptée avant le premier usage (MSS 5.1).",
    en: "The evidence agreement must be accepted before first use (MSS 5.1).",
  },
} as const satisfies Readonly<Record<string, Text>>;

export type RefusalKey = keyof typeof refusalGuide;

/** The same refusal with the place that explains it; anything else as it is. */
export function withPlace(error: unknown, guide: string): Error {
  const refused = error as SmtpRefusal;
  if (refused.about && guide !== "" && !refused.message.includes(guide)) refused.message += ` ${guide}#${refused.about}`;
  return refused;
}

/** The ordered rules of the gateway, each with its reply. */
export const gatewayReplies = {
  noTls: () => smtpRefusal(530, "5.7.0", "Must issue a STARTTLS command first", "tls"),
  noCertificate: () => smtpRefusal(530, "5.7.0", "A client certificate of the trust space is required", "certificate"),
  badCertificate: (why: string) =>
    why === "revocation-unreachable"
      ? smtpRefusal(454, "4.7.0", "Whether the client certificate is revoked cannot be known now", "certificate")
      : smtpRefusal(550, "5.7.1", `The client certificate is refused: ${why}`, "certificate"),
  notBound: (domain: string) => smtpRefusal(550, "5.7.1", `The certificate is not bound to ${domain} in the whitelist`, "binding"),
  notListed: (domain: string) => smtpRefusal(550, "5.7.1", `${domain} is not in the whitelist`, "listed"),
  closed: (domain: string, clause: string) => smtpRefusal(550, "5.7.1", `${domain} may not exchange now (${clause})`, "closed"),
  testOnly: (address: string) =>
    smtpRefusal(550, "5.7.1", `${address}: provisional integration, test mailboxes only, no personal data (MSS 4.1)`, "provisional"),
  relay: (address: string) => smtpRefusal(550, "5.7.1", `${address} is not served here`, "recipient"),
  noMailbox: (address: string) => smtpRefusal(550, "5.1.1", `${address} does not exist`, "recipient"),
  unknownInside: (address: string, said: string) =>
    smtpRefusal(550, "5.1.1", `${address} does not exist; the server behind says: ${said.replace(/[^\x20-\x7e]/g, "?").slice(0, 200)}`, "recipient"),
  innerAway: () => smtpRefusal(451, "4.4.1", "The server that holds the mailboxes cannot be asked now; try again later", "inner"),
  full: (address: string) => smtpRefusal(452, "4.2.2", `${address} is full`, "full"),
  tooLarge: (limit: number) => smtpRefusal(552, "5.3.4", `The message exceeds ${limit} bytes`, "size"),
  senderMismatch: () => smtpRefusal(550, "5.7.1", "The From header does not match the envelope sender", "sender"),
  loop: () => smtpRefusal(554, "5.4.6", "Too many hops: the message is looping", "loop"),
  notYourAddress: (address: string) => smtpRefusal(553, "5.7.1", `You may not send as ${address}`, "sender"),
  nullSender: () => smtpRefusal(550, "5.7.1", "A report must come from a domain of the whitelist", "listed"),
  notAPatient: (address: string, why: string) => smtpRefusal(550, "5.1.3", `${address} is no patient’s address: ${why}`.replace("’", "'"), "patient"),
  tooLargeForPatient: (limit: number) => smtpRefusal(552, "5.3.4", `The message exceeds the ${limit} bytes that patients' mailboxes take`, "patient"),
  infected: (found: string) => smtpRefusal(550, "5.7.1", `Malware found: ${found.replace(/[^\x20-\x7e]/g, "?")}; the message is in quarantine`, "infected"),
  notScanned: () => smtpRefusal(451, "4.7.1", "The malware scanner does not answer; try again later", "unscanned"),
  tooLargeToScan: () => smtpRefusal(552, "5.3.4", "The message is too large to be scanned", "unscanned"),
  moving: (domain: string) => smtpRefusal(451, "4.3.2", `${domain} is moving to another operator; try again later`, "moving"),
  gone: (domain: string) => smtpRefusal(550, "5.1.6", `${domain} has moved to another operator: the whitelist says which certificate speaks for it`, "moving"),
  badHeader: (why: string) => smtpRefusal(550, "5.6.0", why, "header"),
  badParts: (why: string) => smtpRefusal(550, "5.6.0", why, "attachment"),
} as const;
