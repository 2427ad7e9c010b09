// The directory over LDAP, with clients that nobody here wrote: ldapsearch and ldapts; it agrees with what was published.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { Client } from "ldapts";
import { askServer } from "../src/control-socket.ts";

const base = "dc=mssante,dc=fr";

describe("the directory over LDAP", () => {
  let program: TestProgram;
  let plain = 0;
  let secure = 0;
  let key = "";
  const ask = async (method: "POST" | "GET", path: string, body?: object) =>
    (await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en"))?.body as Record<string, string>;

  before(async () => {
    program = await startProgram();
    [plain = 0, secure = 0] = [...(program.ready.ldap ?? "").matchAll(/:(\d+)/g)].map((match) => Number(match[1]));
    const account = await ask("POST", "/api/accounts", { name: "Logiciel d’essai", roles: ["vendor"] });
    for (const [address, national_id] of [
      ["elodie.darc@alpha.mssante.test", "899700000062"],
      ["jeanne.lemoine@alpha.mssante.test", "899700000013"],
      ["paul.garnier@alpha.mssante.test", "899700000021"],
    ] as const) {
      const published = await ask("POST", "/api/directory/mailboxes", { address, kind: "PER", national_id });
      assert.ok(!published?.code, JSON.stringify(published));
    }
    key = (await ask("POST", "/api/keys", { account: account.account, role: "vendor", label: "ldap", days: 1 })).key ?? "";
  });
  after(() => program?.stop());

  const ldapsearch = (...args: string[]): Promise<{ code: number; out: string }> =>
    new Promise((resolve) =>
      execFile(
        "ldapsearch",
        ["-x", "-LLL", "-o", "ldif-wrap=no", "-H", `ldaps://127.0.0.1:${secure}`, "-D", "cn=app", "-w", key, "-b", base, ...args],
        { env: { ...process.env, LDAPTLS_CACERT: join(program.data, "ca.pem") } },
        (error, out) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out }),
      ),
    );

  it("[MSS-18] finds the mailboxes that the directory publishes, by name whatever the accents, and answers nobody who has not bound", async () => {
    const all = await ldapsearch("-E", "pr=50/noprompt", "(TypeBAL=PER)", "mail", "sn", "givenName", "IdentifiantPP");
    assert.equal(all.code, 0, all.out);
    const client = new Client({ url: `ldaps://127.0.0.1:${secure}`, tlsOptions: { ca: [readFileSync(join(program.data, "ca.pem"))] } });
    await assert.rejects(client.search(base, { filter: "(mail=*)" }), { code: 50 });
    await client.bind("cn=app", key);
    const { searchEntries } = await client.search(base, { filter: "(TypeBAL=PER)", paged: { pageSize: 20 } });
    assert.ok(searchEntries.length >= 3);
    assert.equal(searchEntries.length, all.out.match(/^dn: /gm)?.length);
    for (const filter of ["(&(givenName=élodie)(sn=d'arc*))", "(&(givenName=ELODIE)(sn=D ARC L HERAULT))", "(sn=d’arc-l’hérault)", "(sn=*herault)"]) {
      const { searchEntries: found } = await client.search(base, { filter });
      assert.deepEqual(
        found.map(({ mail }) => mail),
        ["elodie.darc@alpha.mssante.test"],
        filter,
      );
    }
    for (const entry of searchEntries.slice(0, 5)) {
      const { searchEntries: same } = await client.search(base, { filter: `(&(sn=${String(entry.sn).toLowerCase()})(mail=${entry.mail}))` });
      assert.equal(same.length, 1);
    }
    await client.unbind();
  });

  it("serves StartTLS under localhost, whose place OpenLDAP's client gives to the machine's own name", async () => {
    const upgraded = await new Promise<{ code: number; out: string; err: string }>((resolve) =>
      execFile(
        "ldapsearch",
        ["-x", "-LLL", "-ZZ", "-H", `ldap://localhost:${plain}`, "-D", "cn=app", "-w", key, "-b", base, "(TypeBAL=PER)", "mail"],
        { env: { ...process.env, LDAPTLS_CACERT: join(program.data, "ca.pem") } },
        (error, out, err) => resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
      ),
    );
    assert.equal(upgraded.code, 0, upgraded.err);
    assert.match(upgraded.out, /^mail: /m);
  });

  it("refuses a wrong key, a bind in the clear, and a write", async () => {
    const open = new Client({ url: `ldap://127.0.0.1:${plain}` });
    await assert.rejects(open.bind("cn=app", key), { code: 13 });
    const client = new Client({ url: `ldaps://127.0.0.1:${secure}`, tlsOptions: { ca: [readFileSync(join(program.data, "ca.pem"))] } });
    await assert.rejects(client.bind("cn=app", "key_wrong"), { code: 49 });
    await client.bind("cn=app", key);
    await assert.rejects(client.del(`mail=a@b.example,${base}`), { code: 53 });
    await client.unbind();
  });
});
