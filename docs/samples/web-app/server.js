// A relying party in one file: `node server.js` after `npm install openid-client@6.8.9`. Nothing of Cercle is imported.
//   CLIENT_ID, CLIENT_SECRET, ISSUER (…/auth/realms/esante-wallet), PORT (9876)
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import * as client from "openid-client";

const { CLIENT_ID = "sample", CLIENT_SECRET = "", ISSUER = "http://localhost:8081/auth/realms/esante-wallet", PORT = "9876" } = process.env;
const back = `http://localhost:${PORT}/cb`;
const config = await client.discovery(
  new URL(`${ISSUER}/.well-known/wallet-openid-configuration`),
  CLIENT_ID,
  CLIENT_SECRET,
  undefined,
  ISSUER.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : undefined,
);
/** Sessions of this service, by cookie. */
const sessions = new Map();
const safe = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

createServer(async (request, response) => {
  const url = new URL(request.url ?? "/", back);
  const key = /service=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? randomUUID();
  const go = (to) => response.writeHead(303, { location: to, "set-cookie": `service=${key}; HttpOnly; SameSite=Lax; Path=/` }).end();
  const show = (html) =>
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(`<!doctype html><html lang="fr"><title>Service</title>${html}`);
  try {
    const session = sessions.get(key);
    if (url.pathname === "/sign-in") {
      const verifier = client.randomPKCECodeVerifier();
      const state = client.randomState();
      const nonce = client.randomNonce();
      sessions.set(key, { verifier, state, nonce });
      const challenge = await client.calculatePKCECodeChallenge(verifier);
      const asked = {
        redirect_uri: back,
        scope: "openid scope_all",
        acr_values: "eidas1",
        code_challenge: challenge,
        code_challenge_method: "S256",
        state,
        nonce,
      };
      return go(client.buildAuthorizationUrl(config, asked).href);
    }
    if (url.pathname === "/cb" && session) {
      const checks = { pkceCodeVerifier: session.verifier, expectedState: session.state, expectedNonce: session.nonce };
      const tokens = await client.authorizationCodeGrant(config, url, checks);
      const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
      sessions.set(key, { info, hint: tokens.id_token });
      return go("/");
    }
    if (url.pathname === "/sign-out" && session) {
      sessions.delete(key);
      return go(client.buildEndSessionUrl(config, { id_token_hint: session.hint, post_logout_redirect_uri: `http://localhost:${PORT}/` }).href);
    }
    if (!session?.info) return show(`<h1>Service</h1><p><a href="/sign-in">Se connecter avec Pro Santé Connect</a></p>`);
    return show(
      `<h1>${safe(session.info.given_name)} ${safe(session.info.family_name)}</h1><p>${safe(session.info.SubjectNameID)}</p><pre>${safe(JSON.stringify(session.info, null, 2))}</pre><p><a href="/sign-out">Se déconnecter</a></p>`,
    );
  } catch (error) {
    response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(`${error.error ?? ""} ${error.error_description ?? error.message}`);
  }
}).listen(Number(PORT), "127.0.0.1", () => process.stdout.write(`http://localhost:${PORT}/\n`));
