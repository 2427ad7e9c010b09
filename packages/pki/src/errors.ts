import { defineErrors } from "@cercle/kernel";

export const pkiErrors = defineErrors({
  "pki.unreadable-key": {
    status: 500,
    text: {
      fr: "Une clé ne se lit pas : la clé maîtresse n’est pas celle qui l’a scellée. Remettez le bon fichier (réglage pki.master_key_file).",
      en: "A key cannot be read: the master key is not the one that sealed it. Put the right file back (setting pki.master_key_file).",
    },
  },
  "pki.missing-key": {
    status: 500,
    text: {
      fr: "L’autorité {authority} a un certificat mais sa clé n’est pas ici. Remettez le dossier de clés ou le jeton où la cérémonie l’a faite.",
      en: "Authority {authority} has a certificate but its key is not here. Put back the key folder or the token where the ceremony made it.",
    },
  },
  "pki.unknown-certificate": {
    status: 404,
    text: { fr: "Aucun certificat ne porte le numéro {serial}.", en: "No certificate has the serial number {serial}." },
  },
  "pki.invalid-name": {
    status: 400,
    text: {
      fr: "Un nom du certificat est vide, contient un caractère interdit ou dépasse {bound} caractères ({length}).",
      en: "A name in the certificate is empty, holds a forbidden character or is longer than {bound} characters ({length}).",
    },
  },
  "pki.invalid-key": {
    status: 400,
    text: {
      fr: "La clé publique n’est pas une clé RSA de 2048 à 4096 bits. Générez-en une autre.",
      en: "The public key is not an RSA key of 2048 to 4096 bits. Generate another one.",
    },
  },
  "pki.off-profile": {
    status: 500,
    text: {
      fr: "Le certificat fabriqué ne respecte pas son profil : {problem}. Il n’a pas été remis.",
      en: "The certificate made does not follow its profile: {problem}. It was not handed over.",
    },
  },
  "pki.bad-request": {
    status: 400,
    text: {
      fr: "La demande de certificat (PKCS#10) ne se lit pas : {problem}. Refaites-la, par exemple avec « openssl req -new ».",
      en: "The certificate request (PKCS#10) cannot be read: {problem}. Make it again, for example with “openssl req -new”.",
    },
  },
  "pki.no-possession": {
    status: 400,
    text: {
      fr: "La demande n’est pas signée avec la clé qu’elle contient : rien ne prouve que vous détenez cette clé.",
      en: "The request is not signed with the key it holds: nothing proves that you have this key.",
    },
  },
  "pki.hosts-needed": {
    status: 400,
    text: {
      fr: "Ce profil veut au moins un nom de serveur ; les autres n’en prennent pas.",
      en: "This profile needs at least one host name; the others take none.",
    },
  },
  "pki.already-revoked": {
    status: 409,
    text: { fr: "Le certificat {serial} est révoqué ; demandez-en un neuf.", en: "Certificate {serial} is revoked; ask for a new one." },
  },
  "pki.no-file": { status: 404, text: { fr: "Aucune autorité ne publie {name}.", en: "No authority publishes {name}." } },
  "pki.no-token": {
    status: 500,
    text: {
      fr: "Le jeton PKCS#11 « {token} » ne s’ouvre pas ({problem}). Vérifiez pki.pkcs11_module, pki.pkcs11_token, le code, et que le module npm pkcs11js est installé.",
      en: "The PKCS#11 token “{token}” does not open ({problem}). Check pki.pkcs11_module, pki.pkcs11_token, the PIN, and that the npm module pkcs11js is installed.",
    },
  },
  "pki.no-ceremony": {
    status: 409,
    text: {
      fr: "Les autorités n’existent pas encore. Faites la cérémonie des clés : « cercle pki ceremony --witness NOM,NOM --out FICHIER ».",
      en: "The authorities do not exist yet. Hold the key ceremony: “cercle pki ceremony --witness NAME,NAME --out FILE”.",
    },
  },
  "pki.ceremony-done": {
    status: 409,
    text: { fr: "Les autorités existent déjà : la cérémonie a eu lieu.", en: "The authorities already exist: the ceremony was held." },
  },
  "pki.witnesses-needed": {
    status: 400,
    text: { fr: "Une cérémonie veut au moins deux témoins nommés.", en: "A ceremony needs at least two named witnesses." },
  },
});
