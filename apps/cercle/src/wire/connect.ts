// Wires Pro Santé Connect: two environments, their listeners, the door of clients, and what comes from the directory and the e-CPS.
import {
  type Connect,
  type ConnectParts,
  connectRoutes,
  connectTexts,
  createConnect,
  type Environment,
  type Origins,
  type Professional,
  terminalRoutes,
} from "@cercle/connect";
import { type DirectoryPort, type Professional as Person, personChanged, personGone } from "@cercle/directory";
import { type ECps, eCpsTexts } from "@cercle/e-cps";
import { actorKey, type CurrentRight, clockMoved, type Doors } from "@cercle/governance";
import { type Language, realClock } from "@cercle/kernel";
import type { House } from "../house.ts";
import { assetRoutes } from "../portal.ts";
import { lookOf } from "../space.ts";

export type ConnectPorts = {
  readonly directory: DirectoryPort;
  readonly eCps: Pick<ECps, "approvals" | "walletRoutes">;
};

const signInRight = "client.sign-in";
/** The user federation of the national realm, the same for everyone (psc.md §2.5). */
const subjectPrefix = "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:";

export async function startConnect(house: House, { directory, eCps }: ConnectPorts): Promise<Connect> {
  const { configuration, store, governance } = house;
  const origins = { bas: await originsOf(house, "bas"), production: await originsOf(house, "production") };
  const { door, opened } = await openDoor(governance.doors);
  house.onStop(() => opened.close());
  const connect = await createConnect({
    store,
    evidence: governance.evidence,
    real: realClock,
    governance: governance.clock,
    log: house.log,
    vault: house.vault,
    mode: house.mode,
    automation: house.mode === "live" ? "refused" : configuration.get<"authorised" | "refused">("connect.automation"),
    availabilityTarget: configuration.get<number>("connect.availability_target"),
    space: house.space.id,
    origins,
    directory: { findProfessional: async (id) => toProfessional(await directory.findProfessional(id)) },
    approvals: eCps.approvals,
    door,
    verifyClientCertificate: (der) => house.authority.verifyClientCertificate(der),
    frame: (language: Language) => ({ ...house.frame(language, { kind: "nobody" }), nav: [] }),
  });
  house.onStop(() => connect.stop());
  await followDirectory(house, connect);
  await addListeners(house, connect, eCps.walletRoutes);
  const surface = {
    bas: { ...origins.bas, issuerUrl: connect.environments.bas.issuer },
    production: { ...origins.production, issuerUrl: connect.environments.production.issuer },
  };
  house.addRoutes(
    connectRoutes({
      store,
      clients: connect.clients,
      people: connect.people,
      traces: connect.traces,
      availability: connect.availability,
      door,
      mode: house.mode,
      frame: house.frame,
      origins: surface,
      grantClient: (tx, { id, environment }, actor) =>
        governance.grants.grant(tx, { right: signInRight, subject: id, limits: { environment }, holder: "vendor:demo", actor: actorKey(actor) }),
      issueCertificate: (tx, commonName) => house.authority.issueClient(tx, { commonName }),
    }),
  );
  house.addRow({ key: "preview", label: connectTexts["connect.preview.title"], value: `${await house.origin("portal.port")}/preview` });
  house.addRoutes(terminalRoutes({ store, connect, origins }));
  return connect;
}

const walletOf = async (house: House, environment: Environment): Promise<string> => (await originsOf(house, environment)).wallet;

async function originsOf(house: House, environment: Environment): Promise<Origins> {
  const at = async (part: "issuer" | "wallet"): Promise<string> => {
    const host = house.configuration.get<string | undefined>(`connect.${environment}.${part}_host`);
    if (host?.includes("://")) return host;
    return host ? `http://${host}:${await house.port(`connect.${environment}.${part}_port`)}` : house.origin(`connect.${environment}.${part}_port`);
  };
  return { issuer: await at("issuer"), wallet: await at("wallet"), mtls: await house.origin(`connect.${environment}.mtls_port`, "https") };
}

/** The door `connect.client`: every current right in memory, changed as governance announces it (PSC-25). */
async function openDoor(doors: Doors): Promise<{ door: ConnectParts["door"]; opened: { close(): Promise<void> } }> {
  const rights = new Map<string, CurrentRight>();
  const state = { lost: false };
  const opened = await doors.register({
    name: "connect.client",
    rights: [signInRight],
    apply(changed, whole) {
      if (whole) rights.clear();
      state.lost = false;
      for (const right of changed) rights.set(right.subject, right);
    },
    lost: () => {
      state.lost = true;
    },
  });
  const door: ConnectParts["door"] = {
    find(id) {
      const right = rights.get(id);
      return right && { state: right.state, since: right.since.toString(), reference: right.reference, entry: right.entry, clause: right.clause };
    },
    get lost() {
      return state.lost;
    },
  };
  return { door, opened };
}

async function followDirectory(house: House, connect: Connect): Promise<void> {
  const changed = await house.store.follow({ kind: personChanged, handle: ({ payload }) => connect.people.forget(payload.national_id) });
  const gone = await house.store.follow({ kind: personGone, handle: ({ payload }) => connect.endPerson(payload.national_id) });
  const clock = await house.store.follow({ kind: clockMoved, handle: () => connect.tick() });
  house.onStop(async () => {
    await changed.stop();
    await gone.stop();
    await clock.stop();
  });
}

async function addListeners(house: House, connect: Connect, walletRoutes: ECps["walletRoutes"]): Promise<void> {
  const hosts = ["localhost", "127.0.0.1", "::1", house.configuration.get<string>("program.public_host")];
  const server = await house.store.transaction((tx) => house.authority.issueServer(tx, { hosts }));
  const identify = async () => ({ kind: "nobody" }) as const;
  for (const { environment, issuer, listeners } of Object.values(connect.environments)) {
    const add = (part: "issuer" | "wallet" | "mtls", routes: Parameters<House["addListener"]>[0]["routes"]): void =>
      house.addListener({
        name: `connect-${environment}-${part}`,
        setting: `connect.${environment}.${part}_port`,
        identify,
        routes,
        first: listeners[part].first,
        // A hospital comes from one address: robots are seen by what they do, floods by this.
        perMinute: 30_000,
        ...(part === "mtls"
          ? {
              tls: {
                key: server.key,
                cert: server.certificate,
                ca: house.authority.anchors(),
                requestCert: true,
                rejectUnauthorized: false,
                minVersion: "TLSv1.2" as const,
              },
            }
          : {}),
      });
    add("issuer", listeners.issuer.routes);
    add("wallet", [...listeners.wallet.routes, ...walletRoutes, ...assetRoutes(lookOf(house.space))]);
    add("mtls", listeners.mtls.routes);
    const label =
      environment === "bas"
        ? { fr: "Pro Santé Connect (bac à sable)", en: "Pro Santé Connect (sandbox)" }
        : { fr: "Pro Santé Connect (production)", en: "Pro Santé Connect (production)" };
    if (environment === "bas") house.addRow({ key: "wallet", label: eCpsTexts["e-cps.table.app"], value: `${await walletOf(house, environment)}/app` });
    house.addRow({ key: `connect_${environment}`, label, value: `${issuer}/.well-known/wallet-openid-configuration` });
  }
}

function toProfessional(person: Person | undefined): Professional | undefined {
  return (
    person && {
      nationalId: person.nationalId,
      subjectId: `${subjectPrefix}${person.nationalId}`,
      familyName: person.familyName,
      givenName: person.givenName,
      civility: person.civility?.code ?? "",
      active: person.active,
      otherIds: person.otherIds,
      exercises: person.exercises.map((exercise) => ({
        codeProfession: exercise.profession.code,
        codeCategorieProfessionnelle: exercise.category.code,
        codeCiviliteDexercice: exercise.exerciseCivility.code,
        nomDexercice: exercise.familyName,
        prenomDexercice: exercise.givenName,
        codeTypeSavoirFaire: exercise.knowHowType.code,
        codeSavoirFaire: exercise.knowHow.code,
        activities: exercise.activities,
      })),
    }
  );
}
