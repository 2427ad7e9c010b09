// CIBA from a terminal: `node sign-in.js 899700000017` after `npm install openid-client@6.8.9`. Nothing of Cercle is imported.
//   CLIENT_ID, CLIENT_SECRET, ISSUER (…/auth/realms/esante-wallet)
import { randomInt } from "node:crypto";
import * as client from "openid-client";

const { CLIENT_ID = "sample", CLIENT_SECRET = "", ISSUER = "http://localhost:8081/auth/realms/esante-wallet" } = process.env;
const person = process.argv[2];
if (!person) {
  process.stderr.write("node sign-in.js IDENTIFIER\n");
  process.exit(2);
}
const config = await client.discovery(
  new URL(`${ISSUER}/.well-known/wallet-openid-configuration`),
  CLIENT_ID,
  CLIENT_SECRET,
  undefined,
  ISSUER.startsWith("http:") ? { execute: [client.allowInsecureRequests] } : undefined,
);
const number = String(randomInt(100)).padStart(2, "0");
const asked = await client.initiateBackchannelAuthentication(config, {
  scope: "openid scope_all",
  acr_values: "eidas1",
  login_hint: person,
  binding_message: number,
  channel: "MOBILE",
});
process.stdout.write(`Choisissez ce nombre sur votre téléphone / choose this number on your telephone: ${number}\n`);
const tokens = await client.pollBackchannelAuthenticationGrant(config, asked);
const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
process.stdout.write(`${JSON.stringify(info, null, 2)}\n`);
