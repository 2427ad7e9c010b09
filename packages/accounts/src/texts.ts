import { defineTexts, type Language, say } from "@cercle/kernel";

export const accountsTexts = defineTexts({
  "accounts.sign-in.title": { fr: "Se connecter", en: "Sign in" },
  "accounts.sign-in.lead": {
    fr: "Pour les agents de l’espace, les éditeurs et les opérateurs. Votre clé d’accès remplace le mot de passe.",
    en: "For officers of the space, vendors and operators. Your passkey replaces a password.",
  },
  "accounts.sign-in.button": { fr: "Utiliser ma clé d’accès", en: "Use my passkey" },
  "accounts.enrol.title": { fr: "Créer votre clé d’accès", en: "Create your passkey" },
  "accounts.enrol.lead": {
    fr: "Bienvenue, {name}. Ce lien ne sert qu’une fois : il enregistre une clé d’accès sur cet appareil, sur votre téléphone ou sur une clé matérielle.",
    en: "Welcome, {name}. This link works once: it registers a passkey on this device, on your telephone or on a hardware key.",
  },
  "accounts.enrol.button": { fr: "Créer ma clé d’accès", en: "Create my passkey" },
  "accounts.no-script": {
    fr: "Les clés d’accès demandent JavaScript : activez-le pour cette page.",
    en: "Passkeys need JavaScript: enable it for this page.",
  },
  "accounts.failed": {
    fr: "La clé d’accès n’a pas pu être utilisée. Recommencez ; si cela persiste, demandez une nouvelle invitation.",
    en: "The passkey could not be used. Try again; if it persists, ask for a new invitation.",
  },
  "accounts.me.title": { fr: "Votre compte", en: "Your account" },
  "accounts.me.roles": { fr: "Rôles", en: "Roles" },
  "accounts.role.officer": { fr: "agent", en: "officer" },
  "accounts.role.second-officer": { fr: "second agent", en: "second officer" },
  "accounts.role.auditor": { fr: "auditeur", en: "auditor" },
  "accounts.role.controller": { fr: "contrôleur", en: "controller" },
  "accounts.role.vendor": { fr: "éditeur de logiciel", en: "software vendor" },
  "accounts.role.operator-contact": { fr: "contact d’un opérateur", en: "contact of an operator" },
  "accounts.me.sign-out": { fr: "Se déconnecter", en: "Sign out" },
});

/** A role in words; its key when it has none. */
export function nameRole(role: string, language: Language): string {
  const key = `accounts.role.${role}` as keyof typeof accountsTexts;
  return key in accountsTexts ? say(accountsTexts[key], language) : role;
}
