// The e-CPS through the real program: its commands, its sandbox door over HTTP, its live effect.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually, startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";

type Person = { id: string; family_name: string };
type Asked = { approval: string; number: string };

describe("the e-CPS of the program", () => {
  let program: TestProgram;
  let id: string;
  const json = async <T>(...words: readonly string[]): Promise<T> => {
    const { code, out, err } = await program.run([...words, "--json"]);
    assert.equal(code, 0, err);
    return JSON.parse(out) as T;
  };
  const post = async <T>(path: string, body: unknown): Promise<{ status: number; body: T }> => {
    const reply = await fetch(`${program.ready.portal}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-language": "en" },
      body: JSON.stringify(body),
    });
    return { status: reply.status, body: (await reply.json()) as T };
  };
  /** As the operator of the machine. */
  const operate = async (method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<void> => {
    const reply = await askServer(program.data, { method, path, body }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply));
  };
  const ask = async (): Promise<Asked> => (await post<Asked>("/api/sandbox/e-cps/request", { id })).body;
  const stateOf = async (asked: Asked): Promise<string> =>
    ((await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/requests/${asked.approval}`)).json()) as { state: string }).state;

  before(async () => {
    program = await startProgram();
    id = (await json<Person[]>("people"))[0]?.id ?? "";
  });
  after(async () => {
    await program.stop();
  });

  it("commands activate, approve, refuse, report and give a wrong number, as a telephone does", async () => {
    await json("e-cps", "activate", "--id", id, "--pin", "4071");
    const approved = await ask();
    await json("e-cps", "approve", "--id", id, "--pin", "4071", "--number", approved.number);
    assert.equal(await stateOf(approved), "approved");
    const found = await ask();
    await json("e-cps", "approve", "--id", id, "--pin", "4071");
    assert.equal(await stateOf(found), "approved");
    const denied = await ask();
    await json("e-cps", "deny", "--id", id);
    assert.equal(await stateOf(denied), "refused");
    const wrong = await ask();
    await json("e-cps", "wrong-number", "--id", id, "--pin", "4071");
    assert.equal(await stateOf(wrong), "wrong-number");
    const reported = await ask();
    await json("e-cps", "report", "--id", id);
    assert.equal(await stateOf(reported), "refused");
    const listed = await json<{ id: string; state: string }[]>("e-cps", "list");
    assert.equal(listed.find((one) => one.id === id)?.state, "active");
  });

  it("[ECPS-09] three wrong PINs block it; [ECPS-23] the refusal says what to do; a new activation opens it again", async () => {
    const asked = await ask();
    const pins = [];
    for (const pin of ["9051", "9052", "9053"]) pins.push((await post<{ code: string }>("/api/sandbox/e-cps/approve", { id, pin, wait: 5 })).body.code);
    assert.deepEqual(pins, ["e-cps.wrong-pin", "e-cps.wrong-pin", "e-cps.blocked"]);
    assert.equal(await stateOf(asked), "blocked");
    const again = await post<{ code: string; title: string }>("/api/sandbox/e-cps/request", { id });
    assert.equal(again.body.code, "e-cps.blocked");
    assert.match(again.body.title, /activate anew from the application/);
    await json("e-cps", "activate", "--id", id, "--pin", "5926");
    const fresh = await ask();
    assert.equal((await post<{ state: string }>("/api/sandbox/e-cps/approve", { id, pin: "5926" })).body.state, "approved");
    assert.equal(await stateOf(fresh), "approved");
  });

  it("[ECPS-16] a measure ends it at once and bars a new one, and the person is told", async () => {
    const asked = await ask();
    await operate("POST", `/api/e-cps/${id}/measure`, { ground: "general-interest", reason: "contrôle d’identité en cours" });
    await eventually(async () => (await stateOf(asked)) === "expired");
    assert.equal((await post<{ code: string }>("/api/sandbox/e-cps/request", { id })).body.code, "e-cps.right-closed");
    assert.equal((await post<{ code: string }>("/api/sandbox/e-cps/activate", { id, pin: "5926" })).body.code, "e-cps.barred");
    const outbox = (await (await fetch(`${program.ready.portal}/api/sandbox/e-cps/outbox?id=${id}`)).json()) as { kind: string; text: string }[];
    assert.ok(outbox.some((message) => message.kind === "measure" && message.text.includes("contrôle d’identité")));
    await operate("DELETE", `/api/e-cps/${id}/measure`);
    await json("e-cps", "activate", "--id", id, "--pin", "5926");
  });

  type Closed = { code: string; title: string; right: string; clause: string; entry: number };
  const read = async <T>(path: string): Promise<T> => {
    const reply = await askServer(program.data, { method: "GET", path }, "en");
    assert.ok(reply && reply.status === 200, JSON.stringify(reply));
    return reply.body as T;
  };
  type Held = { reference: string; state: string; clause: string };
  const heldBy = (): Promise<Held> => read(`/api/rights/e-cps.use/${id}`);
  const refusedAt = async (clause: string): Promise<Closed> => {
    let last: Closed | undefined;
    await eventually(async () => {
      last = (await post<Closed>("/api/sandbox/e-cps/request", { id })).body;
      return last.code === "e-cps.right-closed";
    }, 15);
    assert.deepEqual([last?.right, last?.clause], ["e-cps.use", clause]);
    return last as Closed;
  };

  it("[ECPS-16] an act of the agency on the person’s file closes the right: requests stop, the telephone ends, with file and clause", async () => {
    const asked = await ask();
    const { reference, state } = await heldBy();
    assert.equal(state, "open");
    await operate("POST", `/api/files/${reference}/entries`, {
      type: "deactivated-for-public-interest",
      payload: { ground: "public-safety", reasons: "identité en doute" },
    });
    await eventually(async () => (await stateOf(asked)) === "expired");
    const refused = await refusedAt("ECPS 12.2");
    assert.match(refused.title, new RegExp(`ECPS 12.2, file ${reference}`));
    await eventually(async () => (await json<{ id: string; state: string }[]>("e-cps", "list")).every((one) => one.id !== id || one.state === "ended"));
    const gone = await program.run(["e-cps", "remove", "--id", id, "--json"]);
    assert.equal(JSON.parse(gone.err).error, "e-cps.no-device");
    // General interest is not final (12.2): the person activates anew, in the same file.
    await json("e-cps", "activate", "--id", id, "--pin", "5926");
    assert.equal((await heldBy()).reference, reference);
  });

  it("[ECPS-14] terms refused close the right at their date by themselves, and the door says so; accepted anew, it opens", async () => {
    const day = async (days: number): Promise<string> => {
      const { now } = await read<{ now: string }>("/api/clock");
      return new Date(Date.parse(now) + days * 86_400_000).toISOString().slice(0, 10);
    };
    const article = (fr: string, en: string) => ({ number: "5", title: { fr: "Versions", en: "Versions" }, text: { fr, en } });
    const terms = { version: "2030-1", in_force_on: await day(10), title: { fr: "Conditions", en: "Terms" } };
    await operate("POST", "/api/terms/e-cps-terms", { ...terms, articles: [article("Un texte nouveau.", "A new text.")] });
    await json("e-cps", "terms", "--id", id, "--answer", "refused");
    const { reference } = await heldBy();
    type View = { forecast: { on: string; clock: string }[] };
    const ahead = await read<View>(`/api/files/${reference}/view`);
    assert.ok(
      ahead.forecast.some(({ on, clock }) => on === terms.in_force_on && clock.startsWith("ECPS-5-deactivation")),
      JSON.stringify(ahead.forecast),
    );
    await operate("PUT", "/api/clock", { by: "P8D" });
    const last = await ask();
    assert.equal(await stateOf(last), "pending", "before the date it serves");
    await operate("PUT", "/api/clock", { by: "P3D" });
    await refusedAt("ECPS 5");
    await eventually(async () => (await stateOf(last)) === "expired");
    await json("e-cps", "activate", "--id", id, "--pin", "5926");
    const fresh = await ask();
    await json("e-cps", "approve", "--id", id, "--pin", "5926", "--number", fresh.number);
    type Bound = { binding: { version: string; type: string } };
    const bound = await read<Bound>(`/api/files/${reference}/terms`);
    assert.deepEqual([bound.binding.version, bound.binding.type], ["2030-1", "terms-accepted"]);
  });

  it("[ECPS-19] a person who leaves the register: the right closes, and the door says it", async () => {
    const removed = await program.run(["people", "remove", id, "--json"]);
    assert.equal(removed.code, 0, removed.err);
    await eventually(async () => (await heldBy()).clause === "ECPS définitions", 15);
    assert.equal((await heldBy()).state, "closed");
    assert.notEqual((await post<Closed>("/api/sandbox/e-cps/request", { id })).status, 200);
  });
});
