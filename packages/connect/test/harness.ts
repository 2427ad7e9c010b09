// The room alone on a real store, with its listeners on free ports. What comes from other rooms is told by the test;
// what was not told explodes.
import { createServer } from "node:net";
import { createEvidence, evidenceMigrations } from "@cercle/evidence";
import { Refusal, realClock, Temporal } from "@cercle/kernel";
import { createTestClock, openTestStore, type TestEngine } from "@cercle/testkit";
import { createListener, createLog, type Listener } from "@cercle/web";
import type { ClientMetadata } from "../src/clients/clients.ts";
import { type ApprovalState, type Approvals, type ClientRight, connectMigrations, createConnect, type Environment, type Professional } from "../src/index.ts";
import type { ProfileName } from "../src/provider/profiles.ts";

export const subject = (id: string): string => `f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:${id}`;

/** The published test identity KIT DOC0042788 (psc.md §2.4). */
export const kit: Professional = {
  nationalId: "899700427885",
  subjectId: subject("899700427885"),
  familyName: "DOC0042788",
  givenName: "KIT",
  civility: "M",
  active: true,
  otherIds: [{ identifiant: "899700427885", origine: "RPPS", qualite: 1 }],
  exercises: [
    {
      codeProfession: "10",
      codeCategorieProfessionnelle: "C",
      codeCiviliteDexercice: "DR",
      nomDexercice: "DOC0042788",
      prenomDexercice: "KIT",
      codeTypeSavoirFaire: "S",
      codeSavoirFaire: "SM26",
      activities: [
        {
          codeModeExercice: "L",
          codeSecteurDactivite: "SA07",
          identifiantTechniqueDeLaStructure: "R102671",
          raisonSocialeSite: "CABINET M DOC0042788",
          complementDestinataire: "CABINET M DOC",
          numeroVoie: "1",
          codeTypeDeVoie: "R",
          libelleVoie: "NOIR",
          bureauCedex: "75009 PARIS",
          codePostal: "75009",
          codePays: "99000",
          ancienIdentifiantDeLaStructure: "499700427885006",
          autoriteDenregistrement: "CNOM/CNOM/CNOM",
        },
        {
          codeModeExercice: "S",
          codeSecteurDactivite: "SA01",
          numeroFinessSite: "0B0193488",
          numeroFinessetablissementJuridique: "1B0064166",
          identifiantTechniqueDeLaStructure: "F0B0193488",
          raisonSocialeSite: "HOPITAL GENERIQUE  FIN VARI",
          numeroVoie: "10",
          libelleVoie: "DE PARIS",
          bureauCedex: "PARIS",
          codePostal: "75009",
          ancienIdentifiantDeLaStructure: "10B0193488",
          autoriteDenregistrement: "CNOM/CNOM/ARS",
        },
      ],
    },
  ],
};

export type FakeApprovals = Approvals & {
  /** What the person does with every pending request from now on. */
  answer(state: ApprovalState): void;
  /** What `start` says next time. */
  refuse(code: string | undefined): void;
  /** Answers every request as soon as it is made. */
  always(state: ApprovalState): void;
  readonly asked: { id: string; nationalId: string; number: string; kind: string; purpose: string }[];
};

const kept = 1000;

/** Explodes when a request is looked at that was never made. */
export function createFakeApprovals(): FakeApprovals {
  const states = new Map<string, ApprovalState>();
  const asked: FakeApprovals["asked"] = [];
  let refusal: string | undefined;
  let first: ApprovalState = "pending";
  let made = 0;
  return {
    asked,
    answer(state) {
      for (const [id, known] of states) if (known === "pending") states.set(id, state);
    },
    always: (state) => {
      first = state;
    },
    refuse: (code) => {
      refusal = code;
    },
    async start(tx, request) {
      await tx.query("select 1");
      if (refusal) throw new Refusal(refusal, { status: 409, text: { fr: refusal, en: refusal } });
      made += 1;
      const id = `approval-${made}`;
      // The memory measured by the bench is the room's, not this fake's.
      if (made > kept) states.delete(`approval-${made - kept}`);
      if (asked.length > kept) asked.splice(0, kept / 2);
      const number = request.number ?? "47";
      states.set(id, first);
      asked.push({ id, nationalId: request.nationalId, number, kind: request.kind, purpose: request.client.purpose.fr });
      return { id, number, expiresAt: Temporal.Now.instant().add({ seconds: 120 }) };
    },
    async find(id) {
      const state = states.get(id);
      if (!state) throw new Error(`nobody asked for ${id}`);
      return { state, ...(state === "pending" ? {} : { decidedAt: Temporal.Now.instant(), device: "device-1" }) };
    },
    async cancel(_tx, id) {
      if (!states.has(id)) throw new Error(`nobody asked for ${id}`);
      states.set(id, "expired");
    },
  };
}

const openRight: ClientRight = { state: "open", since: "2026-01-01T00:00:00Z", reference: "SB-2026-00001", entry: 1, clause: "sandbox 1" };

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}

export async function openRoom({
  engine = "embedded",
  mode = "sandbox",
  automation = "authorised",
}: {
  engine?: TestEngine;
  mode?: "sandbox" | "live";
  automation?: "authorised" | "refused";
} = {}) {
  const test = await openTestStore({ engine, rooms: [evidenceMigrations, connectMigrations] });
  const { store } = test;
  const people = new Map<string, Professional>([[kit.nationalId, kit]]);
  const rights = new Map<string, ClientRight>();
  const approvals = createFakeApprovals();
  const secrets = new Map<string, Uint8Array>();
  const ports = { bas: { issuer: await freePort(), wallet: await freePort() }, production: { issuer: await freePort(), wallet: await freePort() } };
  const originsOf = (environment: Environment) => ({
    issuer: `http://localhost:${ports[environment].issuer}`,
    wallet: `http://localhost:${ports[environment].wallet}`,
    mtls: "https://localhost:1",
  });
  const log = createLog("silent");
  const governance = createTestClock();
  const connect = await createConnect({
    store,
    evidence: createEvidence({ store, clock: realClock, real: realClock }),
    real: realClock,
    governance,
    log,
    vault: {
      seal: (plain) => Buffer.from(plain).reverse(),
      unseal: (sealed) => Buffer.from(sealed).reverse(),
      async secret(name, make) {
        const known = secrets.get(name) ?? make();
        secrets.set(name, known);
        return known;
      },
    },
    mode,
    automation,
    availabilityTarget: 99.5,
    space: "test",
    origins: { bas: originsOf("bas"), production: originsOf("production") },
    directory: { findProfessional: async (id) => people.get(id) },
    approvals,
    door: { find: (id) => rights.get(id), lost: false },
    verifyClientCertificate: async () => ({ ok: false, reason: "unknown-issuer" }),
    frame: (language) => ({ space: "Cercle", language, sandbox: mode === "sandbox" }),
  });
  const listeners: Listener[] = [];
  for (const environment of ["bas", "production"] as const) {
    for (const part of ["issuer", "wallet"] as const) {
      const { routes, first } = connect.environments[environment].listeners[part];
      const listener = await createListener({ name: part, routes, first, log, identify: async () => ({ kind: "nobody" }), perMinute: 100_000 });
      await listener.listen({ host: "127.0.0.1", port: ports[environment][part], setting: part });
      listeners.push(listener);
    }
  }
  return {
    store,
    connect,
    governance,
    approvals,
    people,
    rights,
    origins: { bas: originsOf("bas"), production: originsOf("production") },
    async addClient(
      id: string,
      more: Partial<ClientMetadata> & { profile?: ProfileName; environment?: Environment } = {},
    ): Promise<{ id: string; secret: string }> {
      const { profile = "psc-2026", environment = "bas", ...metadata } = more;
      const secret = await store.transaction((tx) =>
        connect.clients.add(tx, {
          id,
          environment,
          profile,
          name: { fr: "Dossier Liaison Bretagne", en: "Dossier Liaison Bretagne" },
          purpose: { fr: "consultation du dossier de liaison", en: "reading the liaison record" },
          metadata: {
            redirect_uris: ["http://localhost:9/cb"],
            post_logout_redirect_uris: ["http://localhost:9/bye"],
            token_endpoint_auth_method: "client_secret_basic",
            ciba: false,
            ...metadata,
          },
        }),
      );
      rights.set(id, openRight);
      return { id, secret: secret ?? "" };
    },
    async close() {
      for (const listener of listeners) await listener.close();
      await connect.stop();
      await test.close();
    },
  };
}
export type Room = Awaited<ReturnType<typeof openRoom>>;
