// For each refusal a client can meet: what was expected, and how to mend it. A table, shown in the client's log.
import type { Text } from "@cercle/kernel";

type Mending = { readonly error: string; readonly says?: RegExp; readonly expected: Text };

const rows: readonly Mending[] = [
  {
    error: "invalid_redirect_uri",
    expected: {
      fr: "redirect_uri doit être, au caractère près, une adresse enregistrée (barre finale, port et casse comptent) : « cercle client show » les donne.",
      en: "redirect_uri must equal a registered address to the character (final slash, port and case count): “cercle client show” lists them.",
    },
  },
  {
    error: "invalid_scope",
    expected: {
      fr: "Demandez scope=openid scope_all ; les portées connues sont dans scopes_supported.",
      en: "Ask scope=openid scope_all; known scopes are in scopes_supported.",
    },
  },
  {
    error: "invalid_grant",
    says: /PKCE|code_verifier/i,
    expected: {
      fr: "code_verifier doit être celui dont code_challenge = BASE64URL(SHA-256(code_verifier)) a été envoyé (RFC 7636).",
      en: "code_verifier must be the one whose BASE64URL(SHA-256(code_verifier)) was sent as code_challenge (RFC 7636).",
    },
  },
  {
    error: "invalid_grant",
    says: /already used|consumed|not found/,
    expected: {
      fr: "Un code ou un jeton de rafraîchissement ne sert qu’une fois : gardez le dernier reçu, un seul appel à la fois ; sinon, recommencez la connexion.",
      en: "A code or refresh token works once: keep the last one received, one call at a time; otherwise start the sign-in again.",
    },
  },
  {
    error: "invalid_grant",
    says: /expired/,
    expected: {
      fr: "Le code vit 60 s, le jeton de rafraîchissement 30 min : échangez plus tôt, ou recommencez la connexion.",
      en: "A code lives 60 s, a refresh token 30 min: exchange it earlier, or start the sign-in again.",
    },
  },
  {
    error: "invalid_grant",
    says: /redirect_uri/,
    expected: {
      fr: "redirect_uri de l’échange doit être celle de la demande d’autorisation.",
      en: "The redirect_uri of the exchange must be that of the authorization request.",
    },
  },
  {
    error: "invalid_grant",
    expected: { fr: "Recommencez la connexion depuis le début.", en: "Start the sign-in again from the beginning." },
  },
  {
    error: "invalid_client",
    expected: {
      fr: "Client inconnu de cet environnement, secret faux, certificat absent ou autre méthode d’authentification que celle enregistrée : « cercle client show » dit laquelle.",
      en: "Client unknown to this environment, wrong secret, no certificate, or another authentication method than registered: “cercle client show” says which.",
    },
  },
  {
    error: "unauthorized_client",
    expected: {
      fr: "Le droit client.sign-in n’est pas ouvert : voyez le dossier cité et son entrée.",
      en: "The right client.sign-in is not open: see the file quoted and its entry.",
    },
  },
  {
    error: "invalid_token",
    expected: {
      fr: "Envoyez un jeton d’accès non expiré (120 s) dans l’en-tête Authorization: Bearer, sur le canal mTLS s’il est lié à un certificat.",
      en: "Send an unexpired access token (120 s) in the header Authorization: Bearer, over mutual TLS when it is bound to a certificate.",
    },
  },
  {
    error: "invalid_binding_message",
    expected: {
      fr: "binding_message : deux chiffres tirés au hasard, de 00 à 99, affichés à la personne.",
      en: "binding_message: two random digits, 00 to 99, shown to the person.",
    },
  },
  {
    error: "unknown_user_id",
    expected: {
      fr: "login_hint : identifiant national (8 + RPPS) d’une personne de l’annuaire dont l’e-CPS est active.",
      en: "login_hint: national identifier (8 + RPPS) of a person of the directory whose e-CPS is active.",
    },
  },
  { error: "slow_down", expected: { fr: "Attendez « interval » secondes entre deux appels.", en: "Wait “interval” seconds between two calls." } },
  {
    error: "unsupported_response_type",
    expected: { fr: "response_type=code, seul servi.", en: "response_type=code, the only one served." },
  },
  {
    error: "invalid_request",
    says: /body/,
    expected: {
      fr: "Un corps application/x-www-form-urlencoded de moins de 56 Kio.",
      en: "An application/x-www-form-urlencoded body under 56 KiB.",
    },
  },
  {
    error: "invalid_request",
    expected: {
      fr: "Un paramètre manque, est double ou mal formé : error_description le nomme.",
      en: "A parameter is missing, repeated or malformed: error_description names it.",
    },
  },
  {
    error: "access_denied",
    says: /did not finish/,
    expected: {
      fr: "Une demande de connexion vit dix minutes : relancez-la depuis votre service, ne gardez pas l’adresse de la page.",
      en: "An authorization request lives ten minutes: start again from your service, do not keep the page’s address.",
    },
  },
  { error: "access_denied", expected: { fr: "La personne a refusé, ou son moyen est bloqué.", en: "The person refused, or their means is blocked." } },
  {
    error: "authorization_pending",
    expected: { fr: "La personne n’a pas encore répondu : continuez.", en: "The person has not answered yet: go on polling." },
  },
  { error: "expired_token", expected: { fr: "Recommencez une demande CIBA.", en: "Start another CIBA request." } },
];

const unknown: Text = { fr: "error_description dit ce qui manque.", en: "error_description says what is missing." };

/** What was expected where this error was given. Pure. */
export function findMending(error: string, description: string): Text {
  return rows.find((row) => row.error === error && (row.says?.test(description) ?? true))?.expected ?? unknown;
}
