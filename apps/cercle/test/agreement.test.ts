// Three that must agree after every act: the table of current rights, an evaluator of its own that reads only the entries, and the doors
// over their own protocol. And the forecast of a file against what moving the clock there shows.
// `npm test` plays some hundred acts; `npm run soak` a hundred thousand (SOAK_ACTS).
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { findFullInstrument } from "@cercle/law";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { operatorRights, type PlainEntry, providerRights } from "./agreement/evaluator.ts";
import { type Act, type Chance, chance, fill } from "./agreement/life.ts";

type Right = { right: string; subject: string; state: string };
type Line = { on: string; at: string; clock: string; kind: string; phase: string; open: Right[]; changes: Right[] };
type View = {
  now: string;
  phase: { id: string; name: string };
  entries: PlainEntry[];
  rights: Right[];
  allowed: (Omit<Act, "matter"> & { matter: number | null })[];
  obligations: { id: string; state: string }[];
  forecast: Line[];
};
type Life = { reference: string; instrument: string; name: string; clients: Client[]; acts: number };
type Client = { client_id: string; client_secret: string; environment: string };

const acts = Number(process.env.SOAK_ACTS ?? 250);
const seed = Number(process.env.SOAK_SEED ?? 20261122);
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
const openNames = (rights: readonly Right[]): string[] =>
  rights
    .filter((right) => right.state === undefined || right.state === "open")
    .map(({ right, subject }) => `${right} ${subject}`)
    .sort();

describe("agreement", () => {
  let program: TestProgram;
  const tokenEndpoints: Record<string, string> = {};
  before(async () => {
    program = await startProgram();
    for (const environment of ["bas", "production"]) {
      const discovery = (await (await fetch(program.ready[`connect_${environment}`] ?? "")).json()) as { token_endpoint: string };
      tokenEndpoints[environment] = discovery.token_endpoint;
    }
  });
  after(() => program?.stop());

  const ask = async <T>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const reply = await askServer(program.data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
    assert.ok(reply && reply.status < 500, JSON.stringify(reply?.body));
    return reply as { status: number; body: T };
  };
  const view = async (reference: string): Promise<View> => (await ask<View>("GET", `/api/files/${reference}/view`)).body;
  let made = 0;
  const open = async (instrument: string): Promise<Life> => {
    const name = `Partie ${++made}`;
    const { party } = (await ask<{ party: string }>("POST", "/api/parties", { name })).body;
    const { reference } = (await ask<{ reference: string }>("POST", "/api/files", { instrument, party })).body;
    const life: Life = { reference, instrument, name, clients: [], acts: 0 };
    if (instrument === "psc-provider") {
      for (const environment of ["bas", "production"]) {
        const id = `life-${made}-${environment}`;
        const body = { client_id: id, redirect_uris: ["http://localhost:9/cb"], environment };
        life.clients.push((await ask<Client>("POST", "/api/clients", body)).body);
        await ask("POST", "/api/sandbox/withdrawals", { right: "client.sign-in", subject: id });
      }
    }
    return life;
  };

  /** One random act that the law allows now, or nothing. */
  const step = async (life: Life, random: Chance, today: string): Promise<boolean> => {
    const kinds = Object.entries(findFullInstrument(life.instrument)?.definition.kinds ?? {});
    const seen = await view(life.reference);
    for (let tries = 0; tries < 12; tries++) {
      let act: Act;
      if (random.below(2) === 0 && seen.allowed.length > 0) act = random.pick(seen.allowed);
      else {
        const [type, kind] = random.pick(kinds);
        const openers = seen.entries.filter(
          (entry) => kind.matter?.role === "joins" && findFullInstrument(life.instrument)?.definition.kinds[entry.type]?.matter?.of === kind.matter.of,
        );
        act = { type, by: random.pick(kind.by), matter: openers.length > 0 ? random.pick(openers).seq : null };
      }
      if (endings.has(act.type) && random.below(5) !== 0) continue;
      const client = life.clients.length > 0 ? random.pick(life.clients) : undefined;
      const payload = fill(life.instrument, act, {
        random,
        today,
        subject: (field) =>
          field === "client_id"
            ? (client?.client_id ?? "")
            : field === "domain"
              ? `d${random.below(3)}.${life.reference.toLowerCase()}.mssante.test`
              : field === "address"
                ? `test${random.below(90)}@x.test`
                : `${life.reference}-${random.below(3)}`,
      });
      if (act.type === "client-registered" && client) payload.environment = client.environment;
      const reply = await ask("POST", `/api/files/${life.reference}/entries`, { type: act.type, payload });
      if (reply.status === 200) {
        life.acts++;
        return true;
      }
      assert.ok([403, 409, 422].includes(reply.status), `${act.type}: ${reply.status}`);
    }
    return false;
  };
  const today = async (): Promise<string> => {
    const { now } = (await ask<{ now: string }>("GET", "/api/clock")).body;
    return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(new Date(now));
  };
  /** Every door that applies it has answered. */
  const settled = (right: string): Promise<void> =>
    eventually(async () => !(await ask<{ unsettled: Right[] }>("GET", "/api/doors")).body.unsettled.some((change) => change.right === right), 5);

  const agree = async (life: Life, day: string): Promise<void> => {
    const [table, seen] = [(await ask<{ rights: Right[]; entries: PlainEntry[] }>("GET", `/api/files/${life.reference}`)).body, await view(life.reference)];
    const evaluated = [...(life.instrument === "psc-provider" ? providerRights : operatorRights)(table.entries, day)].sort();
    const story = (): string =>
      `${life.reference} on ${day}: ${table.entries.map((entry) => `${entry.seq} ${entry.type} ${entry.happened_at.slice(0, 10)} ${JSON.stringify(entry.payload)}`).join("\n")}`;
    assert.deepEqual(openNames(seen.rights), evaluated, `view and evaluator: ${story()}`);
    assert.deepEqual(openNames(table.rights), evaluated, `table and evaluator: ${story()}`);
    if (life.clients.length > 0) await settled("client.sign-in");
    for (const client of life.clients) {
      const reply = await fetch(tokenEndpoints[client.environment] ?? "", {
        method: "POST",
        headers: { authorization: `Basic ${Buffer.from(`${client.client_id}:${client.client_secret}`).toString("base64")}` },
        body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: "none" }),
      });
      const { error } = (await reply.json()) as { error: string };
      assert.equal(error, evaluated.includes(`client.sign-in ${client.client_id}`) ? "invalid_grant" : "unauthorized_client", story());
    }
    if (life.instrument === "mssante-operator") {
      const register = (await (await fetch(`${program.ready.portal}/public/registers/operators.json`)).json()) as { name: string }[];
      assert.equal(
        register.some((row) => row.name === life.name),
        evaluated.some((right) => right.startsWith("register.operators")),
        story(),
      );
    }
  };

  it(`[PSC-25] [MSS-24] table, file view, evaluator and doors agree after each of ${acts} random acts`, async () => {
    const random = chance(seed);
    const lives: Life[] = [];
    for (let done = 0; done < acts; ) {
      if (lives.length < 6) lives.push(await open(random.below(2) === 0 ? "mssante-operator" : "psc-provider"));
      if (random.below(12) === 0) await ask("PUT", "/api/clock", { by: `P${1 + random.below(25)}D` });
      const life = random.pick(lives);
      const day = await today();
      const acted = await step(life, random, day);
      if (acted) done++;
      await agree(life, day);
      if (!acted || life.acts > 40) lives.splice(lives.indexOf(life), 1);
    }
  });

  it("the forecast of random files is what moving the clock there shows: day, state, phase, rights", async () => {
    const random = chance(seed + 1);
    const lives: Life[] = [];
    for (let i = 0; i < 8; i++) {
      const life = await open(i % 2 === 0 ? "mssante-operator" : "psc-provider");
      const day = await today();
      if (i % 2 === 0) {
        for (const payload of [{ by: "operator" }, { by: "agency" }])
          await ask("POST", `/api/files/${life.reference}/entries`, { type: "contract-signed", payload });
      }
      for (let n = 0; n < 14; n++) await step(life, random, day);
      lives.push(life);
    }
    const lines = (await Promise.all(lives.map(async (life) => (await view(life.reference)).forecast.map((line) => ({ life, line }))))).flat();
    lines.sort((a, b) => a.line.at.localeCompare(b.line.at));
    assert.ok(lines.length >= 15, `${lines.length} lines foreseen`);
    for (const { life, line } of lines) {
      const { now } = (await ask<{ now: string }>("GET", "/api/clock")).body;
      if (Date.parse(line.at) + 1000 > Date.parse(now)) await ask("PUT", "/api/clock", { at: new Date(Date.parse(line.at) + 1000).toISOString() });
      const seen = await view(life.reference);
      const told = JSON.stringify(line);
      // The same day may bring another file's move first; a later line of this file on the same second is compared with its own words.
      assert.equal(seen.phase.name, lastOf(lines, life, line).phase, told);
      assert.deepEqual(openNames(seen.rights), openNames(lastOf(lines, life, line).open), told);
      const state = seen.obligations.find((clock) => clock.id === line.clock)?.state;
      const expected: Record<string, readonly (string | undefined)[]> = {
        duty: ["late"],
        condition: ["late"],
        faculty: ["open"],
        automatic: ["fired"],
        renewal: ["running"],
        lasting: ["over"],
      };
      assert.ok(expected[line.kind]?.includes(state), `${state}: ${told}`);
      await eventually(async () => {
        const table = (await ask<{ rights: Right[] }>("GET", `/api/files/${life.reference}`)).body;
        return JSON.stringify(openNames(table.rights)) === JSON.stringify(openNames(seen.rights));
      });
    }
  });

  /** The last line of this file on the same instant: what the day leaves. */
  function lastOf(lines: readonly { life: Life; line: Line }[], life: Life, line: Line): Line {
    return lines.findLast((other) => other.life === life && other.line.at === line.at)?.line ?? line;
  }
});
