// Wires the trust extension: its two doors, its two listeners, what it asks of the provider and the authority.
import { readFile } from "node:fs/promises";
import type { Connect } from "@cercle/connect";
import { actorKey, type CurrentRight } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import {
  createTrustExtension,
  type KnownRight,
  type ProviderPlace,
  type SandboxActs,
  type TrustExtension,
  trustExtensionRoutes,
} from "@cercle/trust-extension";
import type { House } from "../house.ts";

const followed = ["client.sign-in", "trust-extension.use"] as const;
type Followed = (typeof followed)[number];

export async function startTrustExtension(house: House, { connect }: { readonly connect: Connect }): Promise<void> {
  const { configuration, store, governance, authority } = house;
  const rights = new Map<string, KnownRight>();
  const state = { lost: false };
  const [proxyOrigin, apiOrigin] = [await house.origin("trust-extension.port"), await house.origin("trust-extension.api_port", "https")];
  const outside = configuration.get<string | undefined>("trust-extension.outside_issuer");
  const caFile = configuration.get<string | undefined>("trust-extension.ca_file");
  const room = await createTrustExtension({
    store,
    evidence: governance.evidence,
    real: realClock,
    governance: governance.clock,
    log: house.log,
    mode: house.mode,
    vault: house.vault,
    door: {
      list: () => [...rights.values()],
      get lost() {
        return state.lost;
      },
    },
    providers: {
      bas: placeOf(connect.environments.bas.issuer),
      production: placeOf(connect.environments.production.issuer),
      ...(outside ? { outside: { discovery: outside, insecure: house.mode === "sandbox" } } : {}),
    },
    anchors: [authority.anchors(), ...(caFile ? [await readFile(caFile, "utf8")] : [])],
    apiOrigin,
    keyRequired: configuration.get<string>("trust-extension.software_key") === "required",
    forwarded: configuration.get<boolean>("trust-extension.forwarded"),
    sessionSeconds: configuration.get<number>("trust-extension.session_seconds"),
    idleSeconds: configuration.get<number>("trust-extension.idle_seconds"),
    bodyLimit: configuration.get<number>("trust-extension.body_limit"),
    timeoutSeconds: configuration.get<number>("trust-extension.timeout_seconds"),
    verifyClientCertificate: (der) => authority.verifyClientCertificate(der),
    identify: ({ headers }) => house.accounts.identify({ session: undefined, authorization: headers.authorization as string | undefined }),
  });
  house.onStop(() => room.stop());
  const opened = await governance.doors.register({
    name: "trust-extension",
    rights: [...followed],
    async apply(changed, whole) {
      if (whole) rights.clear();
      state.lost = false;
      for (const right of changed) rights.set(`${right.right} ${right.subject}`, toKnown(right));
      await room.rightsChanged();
    },
    lost: () => {
      state.lost = true;
    },
  });
  house.onStop(() => opened.close());
  await addListeners(house, room);
  const acts = house.mode === "sandbox" ? sandboxActs(house, connect) : undefined;
  house.addRoutes(trustExtensionRoutes({ store, room, proxyOrigin, apiOrigin, hasOutside: outside !== undefined, acts }));
  house.addRow({ key: "proxy", label: { fr: "Proxy e-santé", en: "E-health proxy" }, value: proxyOrigin });
  house.addRow({ key: "apis", label: { fr: "API connectées", en: "Connected APIs" }, value: apiOrigin });
}

function toKnown(right: CurrentRight): KnownRight {
  const { state, subject, limits, reference, clause } = right;
  return { right: right.right as Followed, state, subject, limits, reference, clause, since: right.since.toString() };
}

/** The issuer's own origin says whether it is reached over TLS. */
function placeOf(issuer: string): ProviderPlace {
  return { discovery: `${issuer}/.well-known/wallet-openid-configuration`, insecure: issuer.startsWith("http:") };
}

async function addListeners(house: House, room: TrustExtension): Promise<void> {
  const { authority, configuration } = house;
  const hosts = ["localhost", "127.0.0.1", "::1", configuration.get<string>("program.public_host")];
  const server = await house.store.transaction((tx) => authority.issueServer(tx, { hosts }));
  const identify = async () => ({ kind: "nobody" }) as const;
  house.addListener({ name: "proxy", setting: "trust-extension.port", identify, routes: [], first: room.listeners.proxy });
  house.addListener({
    name: "apis",
    setting: "trust-extension.api_port",
    identify,
    routes: [],
    first: room.listeners.apis,
    // Asked for, judged by the guard: who shows none is told what is missing, and a revoked one is known at once.
    tls: { key: server.key, cert: server.certificate, ca: authority.anchors(), requestCert: true, rejectUnauthorized: false, minVersion: "TLSv1.2" as const },
  });
}

function sandboxActs({ governance, authority }: House, connect: Connect): SandboxActs {
  const holder = "vendor:demo";
  return {
    async registerClient(tx, { id, environment }, actor) {
      await connect.clients.add(tx, {
        id,
        environment,
        profile: "psc-2026",
        name: { fr: id, en: id },
        purpose: { fr: "API connectée de test", en: "test connected API" },
        // No CIBA and no return address: a data provider signs nobody in, it verifies (CGU PSC 5).
        metadata: { redirect_uris: [], post_logout_redirect_uris: [], token_endpoint_auth_method: "tls_client_auth", ciba: false },
      });
      const { certificate, key } = await authority.issueClient(tx, { commonName: id });
      await governance.grants.grant(tx, { right: "client.sign-in", subject: id, limits: { environment }, holder, actor: actorKey(actor) });
      return { certificate, key };
    },
    grant: (tx, { id, role }, actor) =>
      governance.grants.grant(tx, { right: "trust-extension.use", subject: id, limits: { role }, holder, actor: actorKey(actor) }),
  };
}
