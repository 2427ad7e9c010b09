// A space in which random lives of files are played over its API, and what must agree after each act: the table of current rights, the
// view of the file, an evaluator of its own that reads only the entries, and the doors over their own protocol.
import assert from "node:assert/strict";
import { request } from "node:http";
import { type Definition, findFullInstrument } from "@cercle/law";
import { createDatabase, eventually, startProgram } from "@cercle/testkit";
import { controlSocketPath } from "../../src/control-socket.ts";
import { whole } from "../party.ts";
import { operatorRights, type PlainEntry, providerRights } from "./evaluator.ts";
import { type Act, beginnings, type Chance, chance, fill } from "./life.ts";

export type Right = { right: string; subject: string; state: string };
export type Line = { on: string; at: string; clock: string; kind: string; phase: string; open: Right[]; changes: Right[] };
export type View = {
  now: string;
  phase: { id: string; name: string };
  entries: PlainEntry[];
  rights: Right[];
  allowed: (Omit<Act, "matter"> & { matter: number | null })[];
  obligations: { id: string; state: string }[];
  forecast: Line[];
};
type Client = { client_id: string; client_secret: string; environment: string };
export type Life = { reference: string; instrument: string; name: string; clients: Client[]; acts: number; random: Chance; seen: View; told: string };
export type Reply<T> = { status: number; body: T };
export type Space = {
  ask<T>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Reply<T>>;
  view(reference: string): Promise<View>;
  open(instrument: string): Promise<Life>;
  /** One random act that the law allows now; false when none of some tries was. */
  step(life: Life): Promise<boolean>;
  /** Throws when table, view and evaluator differ, or a door from them; answers whether doors were asked. */
  agree(life: Life): Promise<boolean>;
  stop(): Promise<unknown>;
};

/** Acts that end a file: rare, or no life would be long. */
const endings = new Set([
  "termination-pronounced",
  "contract-replaced",
  "termination-notified",
  "removed",
  "cut-for-public-interest",
  "request-refused",
  "claim-waived",
]);
const paris = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" });
export const dayOf = (instant: string): string => paris.format(new Date(instant));

export const openNames = (rights: readonly Right[]): string[] =>
  rights
    .filter((right) => right.state === undefined || right.state === "open")
    .map(({ right, subject }) => `${right} ${subject}`)
    .sort();

/**
 * Starts a program of its own, on PostgreSQL when `long`. Doors are asked after every act that changes a right, and after one act in
 * `doorShare`.
 */
export async function openSpace({ seed, doorShare, long }: { seed: number; doorShare: number; long: boolean }): Promise<Space> {
  const database = long ? await createDatabase({ hasty: true }) : undefined;
  const program = await startProgram(database ? { environment: { DATABASE_URL: database.url } } : {});
  const socketPath = controlSocketPath(program.data);
  const tokenEndpoints: Record<string, string> = {};
  for (const environment of ["bas", "production"]) {
    const discovery = (await (await fetch(program.ready[`connect_${environment}`] ?? "")).json()) as { token_endpoint: string };
    tokenEndpoints[environment] = discovery.token_endpoint;
  }
  let made = 0;

  const ask: Space["ask"] = async (method, path, body) => {
    const reply = await overSocket({ socketPath, method, path, body });
    assert.ok(reply.status < 500, `${method} ${path}: ${JSON.stringify(reply.body)}`);
    return reply as never;
  };
  const view: Space["view"] = async (reference) => (await ask<View>("GET", `/api/files/${reference}/view`)).body;

  const open: Space["open"] = async (instrument) => {
    const number = ++made;
    const name = `Partie ${number}`;
    const { party } = (await ask<{ party: string }>("POST", "/api/parties", whole(name))).body;
    const { reference } = (await ask<{ reference: string }>("POST", "/api/files", { instrument, party })).body;
    const clients: Client[] = [];
    for (const environment of instrument === "psc-provider" ? ["bas", "production"] : []) {
      const id = `life-${number}-${environment}`;
      clients.push((await ask<Client>("POST", "/api/clients", { client_id: id, redirect_uris: ["http://localhost:9/cb"], environment })).body);
      await ask("POST", "/api/sandbox/withdrawals", { right: "client.sign-in", subject: id });
    }
    return { reference, instrument, name, clients, acts: 0, random: chance(seed + number * 7919), seen: await view(reference), told: "" };
  };

  const step: Space["step"] = async (life) => {
    for (let tries = 0; tries < 12; tries++) {
      const act = chooseAct(life);
      if (endings.has(act.type) && life.random.below(5) !== 0) continue;
      const reply = await ask("POST", `/api/files/${life.reference}/entries`, { type: act.type, payload: fillAct(life, act) });
      if (reply.status === 200) {
        life.acts++;
        return true;
      }
      assert.ok([403, 409, 422].includes(reply.status), `${act.type}: ${reply.status}`);
    }
    return false;
  };

  const signsIn = async ({ client_id, client_secret, environment }: Client): Promise<string> => {
    const reply = await fetch(tokenEndpoints[environment] ?? "", {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}` },
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "none" }),
    });
    return ((await reply.json()) as { error: string }).error;
  };
  /** The doors in their own words, against what the entries give. */
  const askDoors = async (life: Life, evaluated: readonly string[], story: () => string): Promise<void> => {
    for (const client of life.clients) {
      const expected = evaluated.includes(`client.sign-in ${client.client_id}`) ? "invalid_grant" : "unauthorized_client";
      await sameSoon(
        async () => (await signsIn(client)) === expected,
        () => `door of ${client.client_id} is not ${expected}: ${story()}`,
      );
    }
    if (life.instrument !== "mssante-operator") return;
    const listed = evaluated.some((right) => right.startsWith("register.operators"));
    const register = (await (await fetch(`${program.ready.portal}/public/registers/operators.json`)).json()) as { name: string }[];
    assert.equal(
      register.some((row) => row.name === life.name),
      listed,
      `register: ${story()}`,
    );
  };

  const agree: Space["agree"] = async (life) => {
    const table = async (): Promise<string[]> => openNames((await ask<{ rights: Right[] }>("GET", `/api/files/${life.reference}`)).body.rights);
    life.seen = await view(life.reference);
    const day = dayOf(life.seen.now);
    const evaluated = [...(life.instrument === "psc-provider" ? providerRights : operatorRights)(life.seen.entries, day)].sort();
    const story = (): string =>
      `${life.reference} on ${day}: ${life.seen.entries.map((entry) => `${entry.seq} ${entry.type} ${entry.happened_at.slice(0, 10)} ${JSON.stringify(entry.payload)}`).join("\n")}`;
    assert.deepEqual(openNames(life.seen.rights), evaluated, `view and evaluator: ${story()}`);
    // A day that has just come is written by the ticker; what an act changes is written with it.
    await sameSoon(
      async () => String(await table()) === String(evaluated),
      async () => `table ${await table()} and evaluator ${evaluated}: ${story()}`,
    );
    const told = String(evaluated);
    const asked = told !== life.told || life.random.below(doorShare) === 0;
    if (asked) await askDoors(life, evaluated, story);
    life.told = told;
    return asked;
  };

  return {
    ask,
    view,
    open,
    step,
    agree,
    async stop() {
      await program.stop();
      await database?.drop();
    },
  };
}

/** True at once, or within five seconds: the time in which a door must have followed. */
async function sameSoon(check: () => Promise<boolean>, story: () => string | Promise<string>): Promise<void> {
  try {
    await eventually(check, 5);
  } catch {
    assert.fail(await story());
  }
}

/**
 * The next step of a beginning, in most lives and most of the time; a proof of the post; else one in three of what the agency may do, of
 * what moves a file, of everything.
 */
function chooseAct({ reference, instrument, random, seen }: Life): Act {
  const definition = findFullInstrument(instrument)?.definition;
  assert.ok(definition);
  const { kinds } = definition;
  const toBegin = reference.endsWith("0") ? undefined : missing(beginnings[instrument] ?? [], seen.entries);
  if (toBegin && random.below(3) > 0) return { type: toBegin[0], by: toBegin[1], matter: null };
  const letters = seen.entries.filter(({ type }) => kinds[type]?.letter);
  if (letters.length > 0 && random.below(8) === 0) return { type: "letter-received", by: "post", matter: random.pick(letters).seq };
  const which = random.below(3);
  if (which === 0 && seen.allowed.length > 0) return random.pick(seen.allowed);
  const all = Object.entries(kinds);
  const [type, kind] = random.pick(which === 1 ? all.filter(([name]) => isMover(definition, name, seen.phase.id)) : all);
  const openers = seen.entries.filter((entry) => kind.matter?.role === "joins" && kinds[entry.type]?.matter?.of === kind.matter.of);
  return { type, by: random.pick(kind.by), matter: openers.length > 0 ? random.pick(openers).seq : null };
}

/** The first step of a beginning that the file has not seen, each as often as the beginning has it. */
function missing(steps: (typeof beginnings)[string], entries: readonly PlainEntry[]): (typeof steps)[number] | undefined {
  const left = entries.map(({ type, payload }) => `${type} ${payload?.by ?? ""}`);
  return steps.find(([type, by]) => {
    const found = left.indexOf(`${type} ${by}`);
    if (found >= 0) left.splice(found, 1);
    return found < 0;
  });
}

/** Acts from which a phase, a hold or a subject of rights comes or goes. */
function isMover({ transitions, milestones, holds, subjects }: Definition, type: string, phase: string): boolean {
  return (
    milestones.some(({ name, of }) => of.some((one) => one.type === type) && transitions.some(({ on, from }) => on === name && from.includes(phase))) ||
    transitions.some(({ on, from }) => on === type && from.includes(phase)) ||
    holds.some(({ on }) => on === type) ||
    subjects.some(({ on, removedBy, clearedBy }) => on === type || removedBy.includes(type) || clearedBy?.includes(type))
  );
}

function fillAct({ instrument, reference, clients, random, seen }: Life, act: Act): Record<string, unknown> {
  const client = clients.length > 0 ? random.pick(clients) : undefined;
  const subjects: Readonly<Record<string, () => string>> = {
    client_id: () => client?.client_id ?? "",
    domain: () => `d${random.below(3)}.${reference.toLowerCase()}.mssante.test`,
    address: () => `test${random.below(90)}@x.test`,
  };
  const subject = (field: string): string => subjects[field]?.() ?? `${reference}-${random.below(3)}`;
  const payload = fill(instrument, act, { random, today: dayOf(seen.now), subject });
  if (act.type === "client-registered" && client) payload.environment = client.environment;
  // A provider is a legal person of the Union in most lives (PSC, definitions).
  if (act.type === "access-requested" && random.below(5) > 0) Object.assign(payload, { legal_person: true, registered_in_union: true });
  return payload;
}

/** The control socket, whatever it answers. */
function overSocket({ body, ...where }: { socketPath: string; method: string; path: string; body: unknown }): Promise<Reply<unknown>> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    host: "localhost",
    "accept-language": "en",
    ...(payload ? { "content-type": "application/json", "content-length": Buffer.byteLength(payload) } : {}),
  };
  return new Promise((resolve, reject) => {
    // No kept connection: one that the server ends as it is taken again would count as a fault.
    const asked = request({ ...where, headers, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk: Buffer) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: reply.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) });
      });
    });
    asked.on("error", reject);
    asked.end(payload);
  });
}
