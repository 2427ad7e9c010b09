// An e-CPS room on a store of its own, served over HTTP on a free port; telephones made with the device library.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createEvidence } from "@cercle/evidence";
import type { Refusal } from "@cercle/kernel";
import { defineErrors } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { createTestClock, openTestStore, type TestClock, type TestEngine } from "@cercle/testkit";
import { createListener, createLog } from "@cercle/web";
import { createDevice, createFetchTransport, createMemoryKeep, type Device, type DeviceKeep, type TermsDocument } from "../src/device/index.ts";
import { createECps, type ECps, eCpsMigrations, type Identity } from "../src/index.ts";

export const camille = "899700427885";
const people = new Map<string, Identity>(
  [
    { nationalId: camille, familyName: "LE GOFF", givenName: "Camille", profession: "Médecin", active: true, testPerson: true },
    { nationalId: "899700427893", familyName: "MOREL", givenName: "Élodie", profession: "Sage-Femme", active: true, testPerson: true },
    { nationalId: "899700427901", familyName: "PARTI", givenName: "Paul", active: false, testPerson: true },
  ].map((person) => [person.nationalId, person]),
);

/** The first version of the space's own terms. */
const terms = {
  ...(JSON.parse(readFileSync(new URL("../../../spaces/france/terms/e-cps.json", import.meta.url), "utf8")) as TermsDocument),
  digest: "ab".repeat(32),
};

const closedErrors = defineErrors({ "test.closed": { status: 403, text: { fr: "fermé", en: "closed" } } });

export type Rig = {
  readonly store: Store;
  readonly eCps: ECps;
  readonly origin: string;
  readonly real: TestClock;
  readonly governance: TestClock;
  readonly closed: Set<string>;
  telephone(keep?: DeviceKeep): Device & { keep: ReturnType<typeof createMemoryKeep> };
  codes(nationalId: string): Promise<{ telephone_code: string; email_code: string }>;
  /** A telephone with an active e-CPS. */
  activated(nationalId?: string, pin?: string): Promise<ReturnType<Rig["telephone"]>>;
  start(request?: Partial<{ nationalId: string; client: string; place: string; number: string }>): Promise<{ id: string; number: string }>;
  post<T = Record<string, unknown>>(path: string, body: unknown, method?: string): Promise<{ status: number; body: T }>;
  close(): Promise<void>;
};

export async function openRig(engine: TestEngine, more: { gateway?: { url: string; token: string } } = {}): Promise<Rig> {
  const opened = await openTestStore({
    engine,
    rooms: [{ room: "evidence", folder: new URL("../../evidence/migrations", import.meta.url) }, eCpsMigrations],
  });
  const { store } = opened;
  const real = createTestClock();
  const governance = createTestClock();
  const keys = new Map<string, Uint8Array>();
  const closed = new Set<string>();
  const log = createLog("silent");
  const eCps = await createECps({
    store,
    vault: {
      async secret(name, make) {
        const known = keys.get(name) ?? make();
        keys.set(name, known);
        return known;
      },
      seal: (plain) => Buffer.concat([Buffer.from("sealed:"), Buffer.from(plain).map((byte) => byte ^ 0x5a)]),
      unseal: (sealed) => Buffer.from(sealed.subarray(7)).map((byte) => byte ^ 0x5a),
    },
    evidence: createEvidence({ store, clock: governance, real }),
    clocks: { real, governance, timeZone: "Europe/Paris" },
    directory: { findProfessional: async (id) => people.get(id) },
    right: {
      activate: async (_tx, id) => void closed.delete(id),
      end: async () => undefined,
      answerTerms: async () => undefined,
      refusal: async (_from, id): Promise<Refusal | undefined> => (closed.has(id) ? closedErrors.refuse("test.closed") : undefined),
    },
    versions: {
      current: async () => terms,
      newest: async () => terms,
      today: () => governance.now().toZonedDateTimeISO("Europe/Paris").toPlainDate(),
      keep: async () => undefined,
    },
    mode: "sandbox",
    log,
    frame: (language) => ({ space: "Cercle", language, sandbox: true }),
    approvalSeconds: 120,
    minimumAppVersion: "1.0.0",
    pushHosts: ["push.example"],
    contact: "https://cercle.test",
    ...more,
  });
  const listener = await createListener({
    name: "test",
    routes: [...eCps.walletRoutes, ...eCps.apiRoutes],
    log,
    identify: async ({ headers }) => (headers["x-operator"] ? { kind: "operator" } : { kind: "nobody" }),
  });
  const origin = `http://127.0.0.1:${await listener.listen({ host: "127.0.0.1", port: 0, setting: "test" })}`;

  const telephone: Rig["telephone"] = (given) => {
    const keep = (given ?? createMemoryKeep()) as ReturnType<typeof createMemoryKeep>;
    const send = createFetchTransport({ origin, language: () => "en" });
    return { ...createDevice({ keep, send, facts: { name: `phone ${randomBytes(2).toString("hex")}`, platform: "test", appVersion: "1.0.0" } }), keep };
  };
  const post: Rig["post"] = async (path, body, method = "POST") => {
    const reply = await fetch(`${origin}${path}`, {
      method,
      headers: { ...(method === "GET" ? {} : { "content-type": "application/json" }), "x-operator": "1", "accept-language": "en" },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  const codes: Rig["codes"] = async (nationalId) => {
    const { body } = await post<{ channel: string; text: string }[]>(`/api/sandbox/e-cps/outbox?id=${nationalId}`, undefined, "GET");
    const code = (channel: string): string => body.find((message) => message.channel === channel)?.text.match(/\d{6}/)?.[0] ?? "";
    return { telephone_code: code("telephone"), email_code: code("email") };
  };
  return {
    store,
    eCps,
    origin,
    real,
    governance,
    closed,
    telephone,
    codes,
    post,
    async activated(nationalId = camille, pin = "4071") {
      const phone = telephone();
      await phone.startActivation({ nationalId, by: "codes" });
      const { terms } = await phone.prove(await codes(nationalId));
      await phone.finishActivation({ termsVersion: terms.version, pin, replace: true });
      return phone;
    },
    start: ({ nationalId = camille, client = "dlb", place = "Chromium, Lorient (56)", number } = {}) =>
      store.transaction((tx) =>
        eCps.approvals.start(tx, {
          nationalId,
          client: { id: client, name: { fr: "Dossier Liaison", en: "Liaison record" }, purpose: { fr: "consulter un dossier", en: "read a record" } },
          place,
          ...(number ? { number } : {}),
          kind: number ? "ciba" : "sign-in",
          environment: "bas",
        }),
      ),
    async close() {
      await listener.close();
      await eCps.stop();
      await opened.close();
    },
  };
}

/** The code of the refusal that `work` ends with. */
export async function refused(work: Promise<unknown>): Promise<string> {
  return work.then(
    (value) => `no refusal: ${JSON.stringify(value)}`,
    (error: { code?: string }) => error.code ?? String(error),
  );
}
