// `cercle client add|list|show`, `cercle preview`, `cercle login`.
import type { Command, CommandContext, CommandInput, CommandOption } from "@cercle/kernel";
import { runSignIn } from "./sign-in/terminal-sign-in.ts";

const text = (name: string, fr: string, en: string, required = false): CommandOption => ({ name, kind: "text", required, about: { fr, en } });
const list = (name: string, fr: string, en: string): CommandOption => ({ name, kind: "list", about: { fr, en } });

async function addClient(input: CommandInput, { ask, readFile }: CommandContext): Promise<unknown> {
  const jwks = input.text("jwks");
  const given: Record<string, unknown> = {
    client_id: input.text("id"),
    redirect_uris: input.list("redirect-uri"),
    post_logout_redirect_uris: input.list("post-logout-redirect-uri"),
    token_endpoint_auth_method: input.text("auth"),
    tls_client_auth_subject_dn: input.text("subject-dn"),
    client_secret: input.text("secret"),
    jwks: jwks ? JSON.parse(Buffer.from(await readFile(jwks)).toString("utf8")) : undefined,
    backchannel_logout_uri: input.text("backchannel-logout-uri"),
    ciba: input.flag("ciba"),
    profile: input.text("profile"),
    environment: input.text("environment"),
    name: input.text("name"),
    purpose: input.text("purpose"),
  };
  return ask({ method: "POST", path: "/api/clients", body: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) });
}

type ClientLine = { client_id: string; environment: string; profile: string; token_endpoint_auth_method: string; right: { state: string } | null };

export const connectCommands: readonly Command[] = [
  {
    words: ["client", "add"],
    about: {
      fr: "ajoute un client OpenID, par un vrai dossier signé entre parties de démonstration",
      en: "adds an OpenID client, through a real file signed by demo parties",
    },
    options: [
      text("id", "identifiant du client", "client identifier", true),
      list("redirect-uri", "adresse de retour", "return address"),
      list("post-logout-redirect-uri", "adresse de retour après déconnexion", "return address after sign-out"),
      text(
        "auth",
        "client_secret_basic, client_secret_post, tls_client_auth, private_key_jwt",
        "client_secret_basic, client_secret_post, tls_client_auth, private_key_jwt",
      ),
      text("subject-dn", "sujet du certificat, s’il n’est pas le nôtre", "certificate subject, when it is not ours"),
      text("secret", "secret choisi, pour un essai ; sans lui, il est tiré au sort", "chosen secret, for a test; drawn at random without it"),
      text("jwks", "fichier des clés publiques (private_key_jwt)", "file of public keys (private_key_jwt)"),
      text("backchannel-logout-uri", "adresse à prévenir d’une déconnexion", "address told of a sign-out"),
      { name: "ciba", kind: "flag", about: { fr: "permet CIBA", en: "allows CIBA" } },
      text("profile", "psc-2021, psc-2023, psc-2024, psc-2026", "psc-2021, psc-2023, psc-2024, psc-2026"),
      text("environment", "bas ou production", "bas or production"),
      text("name", "nom montré aux personnes", "name shown to people"),
      text("purpose", "finalité montrée aux personnes", "purpose shown to people"),
    ],
    run: addClient,
  },
  {
    words: ["client", "list"],
    about: { fr: "liste les clients", en: "lists clients" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/clients" }),
    human: (result) =>
      (result as ClientLine[])
        .map(
          (line) =>
            `${line.client_id.padEnd(28)} ${line.environment.padEnd(11)} ${line.profile} ${line.token_endpoint_auth_method} ${line.right?.state ?? "-"}`,
        )
        .join("\n"),
  },
  {
    words: ["client", "show"],
    positions: ["ID"],
    about: { fr: "montre un client, son droit et ses demandes refusées", en: "shows a client, its right and its refused requests" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/clients/${encodeURIComponent(input.words[0] ?? "")}` }),
  },
  {
    words: ["preview"],
    about: { fr: "montre ce qu’un client recevrait d’une personne, sans connexion", en: "shows what a client would receive for a person, without a sign-in" },
    options: [
      text("client", "identifiant du client", "client identifier", true),
      text("person", "identifiant de la personne", "identifier of the person", true),
      text("profile", "un autre profil que le sien", "another profile than its own"),
    ],
    run(input, { ask }) {
      const profile = input.text("profile");
      const query = new URLSearchParams({ client: input.text("client") ?? "", person: input.text("person") ?? "", ...(profile ? { profile } : {}) });
      return ask({ method: "GET", path: `/api/preview?${query}` });
    },
  },
  {
    words: ["login"],
    about: { fr: "une connexion entière depuis le terminal : affiche jetons et userinfo", en: "a whole sign-in from the terminal: prints tokens and userinfo" },
    options: [
      text("client", "identifiant du client", "client identifier", true),
      text("id", "identifiant de la personne", "identifier of the person", true),
      text("with", "e-cps", "e-cps"),
      text("pin", "code de l’e-CPS sans écran, qui valide alors elle-même", "PIN of the e-CPS without a screen, which then approves by itself"),
    ],
    run: (input, { ask }) => runSignIn({ client: input.text("client") ?? "", person: input.text("id") ?? "", pin: input.text("pin"), ask }),
  },
];
