// Every "no" of the library: a code that programs read, a sentence in French and English that says what to do, and never a
// code of the holder, a key or personal data.

const messages = {
  "no-driver": {
    fr: "Le module natif {module} n’est pas là. PC/SC : npm install pcsc-mini (et libpcsclite1 sous Linux). PKCS#11 : npm install pkcs11js.",
    en: "The native module {module} is missing. PC/SC: npm install pcsc-mini (and libpcsclite1 on Linux). PKCS#11: npm install pkcs11js.",
  },
  "no-service": {
    fr: "Le service PC/SC ne répond pas. Sous Debian : apt-get install pcscd, puis systemctl start pcscd (ou pcscd --foreground).",
    en: "The PC/SC service does not answer. On Debian: apt-get install pcscd, then systemctl start pcscd (or pcscd --foreground).",
  },
  "no-reader": { fr: "Aucun lecteur. Branchez-en un, ou installez son pilote.", en: "No reader. Plug one in, or install its driver." },
  "no-card": { fr: "Aucune carte dans le lecteur {reader}.", en: "No card in reader {reader}." },
  "not-a-cps": { fr: "La carte du lecteur {reader} n’est pas de la famille CPS.", en: "The card in reader {reader} is not of the CPS family." },
  "unknown-version": {
    fr: "Version de carte inconnue : {version}. Cette bibliothèque lit {known} ; prenez-en une plus récente.",
    en: "Unknown card version: {version}. This library reads {known}; take a newer one.",
  },
  "card-removed": {
    fr: "La carte a été retirée. Remettez-la et recommencez : rien n’a été signé.",
    en: "The card was taken out. Put it back and start again: nothing was signed.",
  },
  "pin-required": { fr: "Le code porteur est nécessaire.", en: "The holder's code is needed." },
  "bad-pin": { fr: "Un code porteur a quatre chiffres ; un code de déblocage, huit.", en: "A holder's code has four digits; an unblocking code, eight." },
  "wrong-pin": { fr: "Code faux : il reste {tries} essai(s).", en: "Wrong code: {tries} tries left." },
  "pin-blocked": {
    fr: "Code porteur bloqué. Débloquez la carte avec son code de déblocage.",
    en: "The holder's code is blocked. Unblock the card with its unblocking code.",
  },
  "puk-blocked": { fr: "Code de déblocage bloqué. Demandez une autre carte.", en: "The unblocking code is blocked. Ask for another card." },
  "not-supported": { fr: "Ce module PKCS#11 ne le fait pas ; passez par PC/SC.", en: "This PKCS#11 module does not do it; go through PC/SC." },
  "no-object": { fr: "La carte ne porte pas {label}.", en: "The card does not carry {label}." },
  "card-failed": { fr: "La carte a répondu {status} à {command}.", en: "The card answered {status} to {command}." },
  "wrong-signature": {
    fr: "La signature rendue ne se vérifie pas avec le certificat de la carte : elle n’est pas donnée.",
    en: "The signature returned does not verify with the card's certificate: it is not given out.",
  },
  "bad-message": { fr: "Message illisible : {problem}.", en: "Unreadable message: {problem}." },
  "not-for-this-card": { fr: "Ce message n’est pas chiffré pour cette carte.", en: "This message is not encrypted for this card." },
  "bad-argument": { fr: "Mauvais argument : {problem}.", en: "Wrong argument: {problem}." },
} as const;

export type CpsErrorCode = keyof typeof messages;
type Params = Readonly<Record<string, string | number>>;

/** The one error that the library throws on purpose. `message` is in French and English. */
export class CpsError extends Error {
  readonly code: CpsErrorCode;
  readonly text: { readonly fr: string; readonly en: string };
  /** Tries left, with `wrong-pin`. */
  readonly triesLeft: number | undefined;

  constructor(code: CpsErrorCode, params: Params = {}, options: { cause?: unknown; triesLeft?: number } = {}) {
    const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? name));
    const text = { fr: fill(messages[code].fr), en: fill(messages[code].en) };
    super(`${text.fr} / ${text.en}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "CpsError";
    this.code = code;
    this.text = text;
    this.triesLeft = options.triesLeft;
  }
}

export function wrongPin(triesLeft: number): CpsError {
  return triesLeft > 0 ? new CpsError("wrong-pin", { tries: triesLeft }, { triesLeft }) : new CpsError("pin-blocked", {}, { triesLeft: 0 });
}
