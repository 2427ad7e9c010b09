// An act is judged at its own date, on the matter as it stood there; measures end one by one; a removal leaves nothing behind.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Temporal } from "@cercle/kernel";
import type { Entry } from "../src/entry.ts";
import { findFullInstrument } from "../src/instruments.ts";

type Said = readonly [type: string, on: string, payload?: Entry["payload"]];
const at = (on: string): Temporal.Instant => Temporal.Instant.from(on.includes("T") ? on : `${on}T09:00:00Z`);
const now = at("2031-01-01");

function play(id: string, lines: readonly Said[]) {
  const law = findFullInstrument(id);
  assert.ok(law);
  const entries: Entry[] = [];
  for (const [type, on, payload = {}] of lines) {
    const forbidden = law.forbids(law.fold(entries), type, payload, now, at(on));
    assert.equal(forbidden, undefined, `${type} ${on}: ${JSON.stringify(forbidden)}`);
    entries.push({ seq: entries.length + 1, type, happenedAt: at(on), recordedAt: now, actor: "test", payload });
  }
  const state = law.fold(entries);
  return {
    law,
    state,
    forbids: (type: string, on: string, payload: Entry["payload"] = {}) => law.forbids(state, type, payload, now, at(on)),
    open: (on: string) => law.rights(state, at(on)).flatMap((right) => (right.state === "open" ? [right.right] : [])),
    phase: (on: string) => law.position(state, at(on)).phase,
  };
}

const letter = { channel: "registered-receipt" };
const signed: readonly Said[] = [
  ["domain-declared", "2026-01-15", { by: "operator", domain: "d" }],
  ["contract-signed", "2026-01-15", { by: "operator", operator: "o" }],
  ["contract-signed", "2026-01-15", { by: "agency" }],
];
const connected = (on: string, environment: string): readonly Said[] => [
  ["access-requested", on, { provider: "p" }],
  ["terms-accepted", on, { version: "1" }],
  ["request-accepted", on],
  ["client-registered", on, { by: "agency", client_id: environment, environment: "bas" }],
];
const inProduction: readonly Said[] = [...connected("2026-01-05", "first"), ["integration-validated", "2026-01-20"], ["production-opened", "2026-01-21"]];

describe("the own date of an act", () => {
  it("judges it on the matter as it stood then, though later entries are in the file", () => {
    const { forbids } = play("mssante-operator", [
      ...signed,
      ["formal-notice-sent", "2026-02-10", { ...letter, for: "other", ground: "g" }],
      ["fruitless-recorded", "2026-03-20"],
    ]);
    assert.equal(forbids("breach-repaired", "2026-03-01", { by: "operator" }), undefined);
    assert.equal(forbids("fruitless-recorded", "2026-03-15"), undefined);
    assert.equal(forbids("fruitless-recorded", "2026-03-05")?.code, "law.too-early");
    assert.equal(forbids("breach-repaired", "2026-02-01", { by: "operator" })?.code, "law.no-matter");
  });
  it("ties an act that names no matter to the one that was open on its date", () => {
    const { law, state, forbids } = play("mssante-operator", [
      ...signed,
      ["incident-identified", "2026-02-01T08:00:00Z", { by: "operator" }],
      ["incident-identified", "2026-02-10T08:00:00Z", { by: "operator" }],
      ["incident-reported", "2026-02-01T20:00:00Z", { channel: "email" }],
    ]);
    const states = law.obligations(state, at("2026-02-12")).filter((clock) => clock.clause.id === "MSS-5.1-incident");
    assert.deepEqual(
      states.map((clock) => clock.state),
      ["met", "late"],
    );
    assert.equal(forbids("incident-reported", "2026-01-20", { channel: "email" })?.code, "law.no-matter");
  });
});

describe("holds", () => {
  it("keep a domain cut while one of two exceptional measures stands", () => {
    const lines: readonly Said[] = [
      ...signed,
      ["major-disturbance-recorded", "2026-02-01", { facts: "a" }],
      ["exceptional-measure-taken", "2026-02-01", { reasons: "a", about: 4 }],
      ["major-disturbance-recorded", "2026-02-02", { facts: "b" }],
      ["exceptional-measure-taken", "2026-02-02", { reasons: "b", about: 6 }],
      ["exceptional-measure-lifted", "2026-02-03", { about: 4 }],
    ];
    assert.ok(!play("mssante-operator", lines).open("2026-02-04").includes("domain.exchange"));
    assert.ok(
      play("mssante-operator", [...lines, ["major-disturbance-ended", "2026-02-05", { about: 6 }]])
        .open("2026-02-06")
        .includes("domain.exchange"),
    );
  });
  it("keep a provider stopped who agrees to an older version than the one refused", () => {
    const lines: readonly Said[] = [
      ...inProduction,
      ["terms-published", "2026-02-01", { version: "2", effective_on: "2026-03-01" }],
      ["terms-published", "2026-02-05", { version: "3", effective_on: "2026-03-10" }],
      ["terms-refused", "2026-02-10", { about: 8 }],
      ["terms-agreed", "2026-03-15", { about: 7 }],
    ];
    assert.deepEqual(play("psc-provider", lines).open("2026-03-16"), []);
    assert.deepEqual(play("psc-provider", [...lines, ["terms-agreed", "2026-03-17", { about: 8 }]]).open("2026-03-18"), ["client.sign-in"]);
  });
});

describe("a path begun again after a removal", () => {
  const again: readonly Said[] = [
    ...inProduction,
    ["formal-notice-sent", "2026-02-01", { non_conformities: ["x"], delay: { length: 1, unit: "months" } }],
    ["letter-received", "2026-02-02"],
    ["terms-published", "2026-02-03", { version: "2", effective_on: "2026-09-01" }],
    ["terms-refused", "2026-02-04"],
    ["termination-notified", "2026-02-05", { channel: "email", end_date: "2026-10-01" }],
    ["cut-for-public-interest", "2026-02-10", { ground: "general-interest", kind: "removal" }],
    ...connected("2026-03-01", "second"),
  ];
  it("needs its own acceptance of the terms", () => {
    const { forbids } = play("psc-provider", again.slice(0, -3));
    assert.equal(forbids("request-accepted", "2026-03-02")?.code, "law.terms-not-accepted");
  });
  it("gives back the sandbox, not the production of before, on a reactivation", () => {
    const { phase } = play("psc-provider", [
      ...again,
      ["cut-for-public-interest", "2026-04-01", { ground: "public-safety", kind: "deactivation" }],
      ["measures-examined", "2026-04-02"],
      ["reactivated", "2026-04-03"],
    ]);
    assert.equal(phase("2026-04-04"), "sandbox");
  });
  it("keeps nothing of the former notice, refusal and exit", () => {
    const { forbids, phase, open } = play("psc-provider", again);
    assert.equal(forbids("deactivated", "2026-06-01")?.code, "law.faculty-closed");
    assert.deepEqual([phase("2026-12-01"), open("2026-12-01")], ["sandbox", ["client.sign-in"]]);
  });
});
