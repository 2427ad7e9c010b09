// The pure rules: who is in the extension, which pass is allowed, where a request may go, which headers travel, what a `cnf` names.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { findStanding } from "../src/extension.ts";
import { hexThumbprintOf, namesCertificate, thumbprintOf } from "../src/guard/index.ts";
import { decidePass, type Party, partyOf, type Target } from "../src/passes.ts";
import type { KnownRight } from "../src/ports.ts";
import { forwardHeaders } from "../src/relay.ts";
import { joinInside } from "../src/upstream-path.ts";

const right = (facts: Partial<KnownRight> & Pick<KnownRight, "right" | "subject">): KnownRight => ({
  state: "open",
  limits: {},
  since: "2026-01-01T00:00:00Z",
  reference: "PS-2026-00001",
  clause: "PSC 3.1",
  ...facts,
});
const anyRight = fc.record({
  right: fc.constantFrom("client.sign-in" as const, "trust-extension.use" as const),
  subject: fc.constantFrom("a", "b", "provider"),
  state: fc.constantFrom("open" as const, "closed" as const),
  limits: fc.constantFrom({}, { role: "proxy-operator" }, { role: "data-provider" }, { role: "king" }),
  since: fc.constant("2026-01-01T00:00:00Z"),
  reference: fc.constantFrom("one", "two"),
  clause: fc.constant("PSC 3.2"),
});

describe("standing in the extension", () => {
  it("needs an open sign-in, and an open extension of the client's own or of its file", () => {
    fc.assert(
      fc.property(fc.array(anyRight, { maxLength: 8 }), fc.boolean(), (rights, provides) => {
        const standing = findStanding(rights, "a", provides);
        const signIn = rights.find((one) => one.right === "client.sign-in" && one.subject === "a");
        const open = rights.some(
          (one) => one.right === "trust-extension.use" && one.state === "open" && (one.subject === "a" || one.reference === signIn?.reference),
        );
        assert.equal(standing.level === "extension", signIn?.state === "open" && open);
        assert.equal(standing.level === "none", signIn?.state !== "open");
      }),
    );
  });

  it("takes the role of the grant, else that of the client's registration", () => {
    const rights = [right({ right: "client.sign-in", subject: "a" }), right({ right: "trust-extension.use", subject: "provider" })];
    assert.deepEqual(findStanding(rights, "a", false), { level: "extension", role: "proxy-operator" });
    assert.deepEqual(findStanding(rights, "a", true), { level: "extension", role: "data-provider" });
    const granted = [...rights.slice(0, 1), right({ right: "trust-extension.use", subject: "a", limits: { role: "data-provider" }, reference: "other" })];
    assert.deepEqual(findStanding(granted, "a", false), { level: "extension", role: "data-provider" });
  });

  it("says by which clause it ended", () => {
    const rights = [
      right({ right: "client.sign-in", subject: "a" }),
      right({ right: "trust-extension.use", subject: "a", state: "closed", clause: "PSC 12.2" }),
    ];
    const standing = findStanding(rights, "a", false);
    assert.deepEqual([standing.level, standing.level === "community" && standing.clause], ["community", "PSC 12.2"]);
  });
});

describe("passes", () => {
  const parties: readonly Party[] = ["community", "proxy-operator", "data-provider", "none"];
  const targets: readonly Target[] = ["data-provider", "other", "sign-in"];

  it("allows three passes and no other", () => {
    const allowed = parties.flatMap((from) =>
      targets.flatMap((to) =>
        [true, false].filter((isAudience) => decidePass({ from, to, isAudience }).allowed).map((isAudience) => `${from} ${to} ${isAudience}`),
      ),
    );
    assert.deepEqual(allowed, [
      "proxy-operator data-provider true",
      "proxy-operator sign-in true",
      "proxy-operator sign-in false",
      "data-provider data-provider true",
    ]);
  });

  it("names an article for every refusal", () => {
    for (const from of parties) for (const to of targets) assert.match(decidePass({ from, to, isAudience: false }).clause, /^PSC /);
    assert.equal(partyOf({ level: "unknown", clause: "PSC 12.2" }), "none");
  });
});

describe("where a request may go", () => {
  const base = new URL("https://localhost:8089/apis/dossier/");
  const pieces = fc.array(
    fc.constantFrom("..", ".", "%2e%2e", "%2E", "a", "b%2fc", "\\", "%5c", "//", "/", "@", "https:", "?", "#", "é", "%", "%zz", ":", "%00", " "),
    { maxLength: 12 },
  );

  it("never leaves the base, whatever is written", () => {
    fc.assert(
      fc.property(pieces, fc.string({ maxLength: 10 }), (parts, query) => {
        const to = joinInside(base, parts.join(""), query);
        if (to) assert.ok(to.href.startsWith(base.href), to.href);
      }),
      { numRuns: 3000 },
    );
  });

  it("keeps what it lets through as it was written", () => {
    assert.equal(joinInside(base, "Patient/12:3/$everything", "name=a%20b&_count=5")?.href, `${base.href}Patient/12:3/$everything?name=a%20b&_count=5`);
    assert.equal(joinInside(base, "", "")?.href, base.href);
    for (const path of ["..", "a/../..", "/x", "%2e%2e/x", "a//b", "a%2Fb", "x\\..", "a#b", "\u0000"])
      assert.equal(joinInside(base, path, ""), undefined, path);
  });
});

describe("headers", () => {
  it("leave the hop's behind, and what Connection names", () => {
    const kept = forwardHeaders(
      { host: "x", connection: "keep-alive, X-Own", "x-own": "1", te: "trailers", accept: "*/*", "Transfer-Encoding": "chunked", cookie: "a" },
      ["cookie"],
    );
    assert.deepEqual(kept, { accept: "*/*" });
  });
});

describe("cnf", () => {
  it("names a certificate in both forms, as claim, JSON text or bare value, and no other", () => {
    const [one, other] = [randomBytes(900), randomBytes(900)];
    for (const value of [thumbprintOf(one), hexThumbprintOf(one)]) {
      for (const cnf of [value, { "x5t#S256": value }, JSON.stringify({ "x5t#S256": value })]) {
        assert.equal(namesCertificate(cnf, one), true);
        assert.equal(namesCertificate(cnf, other), false);
      }
    }
    for (const cnf of [undefined, null, "", "{", "{}", 7, { jkt: "x" }]) assert.equal(namesCertificate(cnf, one), false);
  });
});
