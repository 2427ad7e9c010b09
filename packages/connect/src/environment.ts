// One environment put together: provider, pages, listeners. `bas` and `production` are the same code twice.
import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Evidence } from "@cercle/evidence";
import type { Clock, Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import { defineRoute, type Logger, Reply, type Route } from "@cercle/web";
import { errors, type KoaContextWithOIDC, type Provider } from "oidc-provider";
import type { Availability } from "./availability/availability.ts";
import { buildAvailabilityPage } from "./availability/availability-page.ts";
import type { Clients } from "./clients/clients.ts";
import { answerLate, createErrorPage, traceFaults } from "./clients/faults.ts";
import type { Traces } from "./clients/traces.ts";
import type { People } from "./people.ts";
import type { Approvals, ClientDoor, Environment, VerifyClientCertificate } from "./ports.ts";
import { createCibaDesk } from "./provider/ciba.ts";
import { buildDiscovery, realmPath, wellKnownPaths } from "./provider/discovery.ts";
import { type First, mountIssuer, mountWallet } from "./provider/mount.ts";
import { createProvider } from "./provider/provider.ts";
import { shapeResponses } from "./provider/responses.ts";
import { traceOpenSession } from "./provider/sources.ts";
import { openSigner } from "./provider/tokens.ts";
import { gatherWrites } from "./provider/writes.ts";
import { createMeansDesk, type MeansDesk } from "./sign-in/other-means.ts";
import { createRobotBins } from "./sign-in/robots.ts";
import { createSessions, type Sessions } from "./sign-in/sessions.ts";
import { createSignIn } from "./sign-in/sign-in.ts";
import { signInRoutes } from "./sign-in/sign-in-routes.ts";
import { logoutRoutes, signOutRoutes } from "./sign-in/sign-out.ts";

export type Origins = { readonly issuer: string; readonly wallet: string; readonly mtls: string };
export type Secrets = { secret(name: string, make: () => Uint8Array): Promise<Uint8Array> };

export type EnvironmentParts = {
  readonly environment: Environment;
  readonly mode: "sandbox" | "live";
  readonly automation: "authorised" | "refused";
  readonly origins: Origins;
  readonly space: string;
  readonly store: Store;
  readonly real: Clock;
  readonly evidence: Evidence;
  readonly log: Logger;
  readonly secrets: Secrets;
  readonly clients: Clients;
  readonly people: People;
  readonly door: ClientDoor;
  readonly approvals: Approvals;
  readonly traces: Traces;
  readonly availability: Availability;
  readonly verifyClientCertificate: VerifyClientCertificate;
  frame(language: Language): Frame;
};

export type OpenEnvironment = {
  readonly environment: Environment;
  readonly issuer: string;
  readonly provider: Provider;
  readonly sessions: Sessions;
  /** Other means than the e-CPS: the card's page offers itself here and brings its verdict. */
  readonly means: Pick<MeansDesk, "offer" | "signInBy" | "signInByCard">;
  readonly listeners: {
    readonly issuer: { readonly routes: readonly Route[]; readonly first: First };
    readonly wallet: { readonly routes: readonly Route[]; readonly first: First };
    readonly mtls: { readonly routes: readonly Route[]; readonly first: First };
  };
};

const waitScript = readFileSync(new URL("../assets/wait.js", import.meta.url));

export async function openEnvironment(parts: EnvironmentParts): Promise<OpenEnvironment> {
  const { environment, store, real, clients, people, approvals, traces, origins } = parts;
  const issuer = `${origins.issuer}${realmPath}`;
  const pem = await parts.secrets.secret(`connect-${environment}-signing`, makeSigningKey);
  const signingKey = createPrivateKey(Buffer.from(pem).toString("utf8"));
  const signer = openSigner(signingKey);
  const cookieKey = Buffer.from(await parts.secrets.secret(`connect-${environment}-cookies`, () => randomBytes(32))).toString("base64url");
  const stampKey = await parts.secrets.secret(`connect-${environment}-stamps`, () => randomBytes(32));
  const cookiePrefix = `cercle_${parts.space}_${environment}`;
  const ciba = createCibaDesk({ store, real, environment, clients, approvals, traces });
  const renderError = createErrorPage(parts.frame);
  const provider = createProvider({
    environment,
    mode: parts.mode,
    issuer,
    store,
    real,
    clients,
    people,
    door: parts.door,
    signer,
    signingKey,
    cookieKeys: [cookieKey],
    cookiePrefix,
    ciba,
    renderError,
  });
  // TLS ended before us, or on our own listener: the origin pinned by mount.ts says which.
  provider.proxy = true;
  provider.use(async (ctx, next) => {
    const context = ctx as unknown as KoaContextWithOIDC;
    const late = await gatherWrites(store, next);
    if (late instanceof errors.OIDCProviderError) await answerLate(provider, context, late, renderError);
    else await traceOpenSession(environment, traces, context);
  });
  shapeResponses(provider, clients);
  traceFaults(provider, parts);
  const sessions = createSessions({ store, environment, provider: () => provider });
  const desk = createMeansDesk({ environment, store, wallet: origins.wallet, provider: () => provider, clients, people, traces });
  const signIn = createSignIn({ ...parts, provider: () => provider, sessions, desk, robots: createRobotBins(), stampKey, cookiePrefix });
  const authorised = parts.mode === "sandbox" && parts.automation === "authorised";
  const signOut = { environment, store, clients, people, sessions, traces, signer, wallet: origins.wallet, cookiePrefix, frame: parts.frame };
  return {
    environment,
    issuer,
    provider,
    sessions,
    means: desk,
    listeners: {
      issuer: {
        routes: [...discoveryRoutes({ issuer, wallet: origins.wallet, mtls: origins.mtls }), ...logoutRoutes(signOut)],
        first: mountIssuer(provider, origins.issuer),
      },
      wallet: {
        routes: [
          ...signInRoutes({
            signIn,
            frame: parts.frame,
            automation: authorised,
            offered: desk.offered,
            maintenance: parts.availability.planned,
            async markShared(interaction) {
              const session = interaction.session?.uid ? await sessions.ofUid(interaction.session.uid) : undefined;
              if (session) await sessions.markShared(session);
            },
          }),
          ...signOutRoutes(signOut),
          defineRoute({
            method: "GET",
            path: "/availability",
            about: "Availability aimed at and measured, maintenance announced (PSC 6).",
            who: "anyone",
            page: true,
            handle: async ({ language }) => Reply.html(buildAvailabilityPage(parts.frame(language), language, await parts.availability.measure())),
          }),
          defineRoute({
            method: "GET",
            path: "/assets/wait.js",
            about: "The live wait.",
            who: "anyone",
            page: true,
            handle: async () => new Reply({ body: waitScript, type: "text/javascript; charset=utf-8", headers: { "cache-control": "public, max-age=3600" } }),
          }),
        ],
        first: mountWallet(provider, origins.wallet),
      },
      mtls: { routes: [], first: mountIssuer(provider, origins.mtls, parts.verifyClientCertificate) },
    },
  };
}

function discoveryRoutes(at: Origins): readonly Route[] {
  const document = buildDiscovery(at);
  return wellKnownPaths.map((path) =>
    defineRoute({
      method: "GET",
      path,
      about: "Discovery.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: document, headers: { "access-control-allow-origin": "*", "cache-control": "public, max-age=60" } }),
    }),
  );
}

function makeSigningKey(): Uint8Array {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" }));
}
