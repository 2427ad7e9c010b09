// Wires the card's page of each environment: TLS 1.2 with the card as client certificate, in front of Pro Santé Connect and the e-CPS.
import { constants } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ServerOptions } from "node:https";
import type { Socket } from "node:net";
import { cardSignInRoutes, cardTexts } from "@cercle/card";
import type { Connect, Environment } from "@cercle/connect";
import type { ECps } from "@cercle/e-cps";
import type { House } from "../house.ts";
import { assetRoutes } from "../portal.ts";
import { lookOf } from "../space.ts";
import { openTls } from "../tls.ts";

export async function startCardSignIn(house: House, { connect, eCps }: { connect: Connect; eCps: ECps }): Promise<void> {
  const tls = await openCardTls(house);
  for (const environment of ["bas", "production"] as const) {
    const setting = `card.${environment}.sign_in_port`;
    const [origin, wallet] = [await house.origin(setting, "https"), await walletOf(house, environment)];
    const { means } = connect.environments[environment];
    means.offer("card", (uid) => `${origin}/sign-in/${uid}`);
    const routes = cardSignInRoutes({
      doors: {
        verify: (der) => house.authority.verifyClientCertificate(der),
        signIn: (uid, verdict) => means.signInByCard(uid, verdict),
        otherWay: (uid) => `${wallet}/login/${uid}`,
        linkTelephone: (holder) => eCps.cardPage({ ...holder, wallet }),
      },
      frame: house.frame,
    });
    house.addListener({
      name: `card-${environment}`,
      setting,
      identify: async () => ({ kind: "nobody" }),
      routes: [...routes, ...assetRoutes(lookOf(house.space))],
      first: oneProofAConnection(),
      tls,
    });
    if (environment === "bas") {
      // One e-CPS serves both environments; its activation is offered once.
      eCps.offerCard(`${origin}/e-cps`);
      house.addRow({ key: "card", label: cardTexts["card.table.sign-in"], value: `${origin}/` });
    }
  }
}

/** As connect builds it: its wallet's origin is where browsers reach it, a proxy's included. */
async function walletOf(house: House, environment: Environment): Promise<string> {
  const host = house.configuration.get<string | undefined>(`connect.${environment}.wallet_host`);
  if (host?.includes("://")) return host;
  const setting = `connect.${environment}.wallet_port`;
  return host ? `http://${host}:${await house.port(setting)}` : house.origin(setting);
}

async function openCardTls({ configuration, authority, store }: House): Promise<ServerOptions> {
  const hosts = ["localhost", "127.0.0.1", "::1", configuration.get<string>("program.public_host")];
  const own = (await openTls({ configuration, authority, store })) ?? (await store.transaction((tx) => authority.issueServer(tx, { hosts })));
  const { key, cert } = "certificate" in own ? { key: own.key, cert: own.certificate } : own;
  return {
    ...(key ? { key } : {}),
    ...(cert ? { cert } : {}),
    // The PKI judges, so that the page can say why: TLS lets every certificate through, and names no authority (a browser would
    // keep a foreign card to itself, and its holder would never know).
    requestCert: true,
    rejectUnauthorized: false,
    // A CPS signs PKCS#1 v1.5 only: no TLS 1.3, and no PSS offered in 1.2.
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.2",
    sigalgs: "RSA+SHA256:RSA+SHA384:RSA+SHA512:ECDSA+SHA256",
    // A resumed session would let someone in without the card in the reader (RFC 5246 §F.1.4).
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}

/** A connection proves the card once: another page asks for it again. Style sheets and pictures prove nothing. */
function oneProofAConnection(): (request: IncomingMessage, response: ServerResponse) => boolean {
  const used = new WeakSet<Socket>();
  return ({ url = "", socket }, response) => {
    if (!/^\/(sign-in\/[\w-]+|e-cps)?(\?lang=(fr|en))?$/.test(url)) return false;
    if (!used.has(socket)) {
      used.add(socket);
      return false;
    }
    response.writeHead(307, { location: url, connection: "close" }).end();
    return true;
  };
}
