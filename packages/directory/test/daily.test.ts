// Daily work on both engines: sources that are asked on a schedule, the alarm of a stale one, the change log, histories, purge.
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { createEvidence } from "@cercle/evidence";
import { type Clock, realClock } from "@cercle/kernel";
import { testEngines } from "@cercle/testkit";
import { createSources } from "../src/daily/sources.ts";
import { generateExtraction } from "../src/sandbox/generate.ts";
import { openSurfaces, type Surfaces } from "./surfaces.ts";

for (const engine of testEngines) {
  describe(`daily work on ${engine}`, () => {
    let surfaces: Surfaces;
    let server: Server;
    let url: string;
    /** What the source serves. */
    const served = { name: "", body: "", status: 200, announce: 0 };
    let fetched = 0;
    let late = 0;
    const clock: Clock = { now: () => realClock.now().add({ hours: late }) };
    before(async () => {
      surfaces = await openSurfaces(engine, { entriesPerDay: 1_000_000, pages: 1000 });
      server = createServer((request, response) => {
        const headers = { "content-disposition": `attachment; filename=${served.name}`, "content-length": served.announce || Buffer.byteLength(served.body) };
        response.writeHead(served.status, headers);
        if (request.method === "GET") fetched += 1;
        response.end(request.method === "HEAD" ? undefined : served.body);
        if (served.announce) response.destroy();
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/PS_LibreAcces`;
    });
    after(async () => {
      server.closeAllConnections();
      server.close();
      await surfaces.close();
    });
    const serve = (name: string, changed: number): void => {
      served.name = name;
      served.body = [...generateExtraction({ rows: 400, seed: 31, changed })].join("");
    };

    it("fetches a new file once, keeps what stood when one is broken, and alarms once when a source goes stale", async () => {
      const { test, directory } = surfaces;
      const alarms: string[] = [];
      const sources = createSources({
        store: test.store,
        evidence: createEvidence({ store: test.store, clock: realClock, real: realClock }),
        clock,
        loads: directory.loads,
        urls: [url],
        ca: undefined,
        folder: join(test.folder, "incoming"),
        staleHours: 48,
        onStale: (one) => alarms.push(one),
      });
      const state = async () => (await sources.list())[0];
      const persons = async () =>
        (await test.store.first<{ n: number }>("select count(*) as n from directory.person where source = 0 and active and rev_to = 2147483647"))?.n;
      serve("PS_LibreAcces_202611210600.zip", 0);
      await sources.round();
      const first = await persons();
      assert.ok((first ?? 0) > 200);
      await sources.round();
      assert.equal(fetched, 1, "the same name is the same file");
      serve("PS_LibreAcces_202611220600.zip", 5);
      served.announce = served.body.length * 2;
      await sources.round();
      assert.equal((await state())?.problem, "directory.source-failed");
      assert.equal(await persons(), first);
      served.announce = 0;
      served.status = 503;
      late = 50;
      await sources.round();
      await sources.round();
      assert.deepEqual(alarms, [url]);
      assert.ok((await state())?.stale_since);
      served.status = 200;
      await sources.round();
      assert.deepEqual([(await state())?.problem, (await state())?.stale_since], [null, null]);
      assert.notEqual(await persons(), first);
      served.name = "PS_LibreAcces_202611230600.zip";
      served.body = "<html>maintenance</html>";
      await sources.round();
      assert.equal((await state())?.problem, "directory.unknown-layout");
      const traces = (await test.store.query<{ type: string }>("select type from evidence.trace where type like 'source-%' order by 1")).map(
        ({ type }) => type,
      );
      assert.deepEqual(traces, ["source-failed", "source-failed", "source-fresh", "source-loaded", "source-loaded", "source-stale"]);
    });

    it("tells what changed page after page, and the versions of one entry; the red list is not told", async () => {
      const all: { revision: number; id: string; change: string }[] = [];
      let after: string | undefined;
      do {
        const reply = await surfaces.call("GET", `/api/directory/changes?kind=person&limit=90${after ? `&after=${encodeURIComponent(after)}` : ""}`);
        assert.equal(reply.status, 200, reply.text);
        const page = reply.json() as { changes: typeof all; next?: string };
        all.push(...page.changes);
        after = page.next;
      } while (after);
      const rows = await surfaces.test.store.query("select 1 from directory.person");
      assert.equal(all.length, rows.length);
      assert.ok(all.some(({ change }) => change === "gone"));
      assert.deepEqual(
        all,
        all.toSorted((a, b) => a.revision - b.revision || (a.id < b.id ? -1 : 1)),
      );
      const mailbox = "history@alpha.mssante.test";
      await surfaces.publish({ address: mailbox, kind: "ORG", structure_id: "F990000010" });
      await surfaces.publish({ address: "red@alpha.mssante.test", kind: "ORG", structure_id: "F990000010", red_list: true });
      await surfaces.call("PATCH", `/api/directory/mailboxes/${mailbox}`, { body: { service: "SAMU" } });
      await surfaces.call("DELETE", `/api/directory/mailboxes/${mailbox}`);
      const log = (await surfaces.call("GET", "/api/directory/changes?kind=mailbox")).json() as { changes: typeof all };
      assert.deepEqual(
        log.changes.map(({ change }) => change),
        ["written", "written", "gone"],
      );
      assert.equal(new Set(log.changes.map(({ id }) => id)).size, 1);
      const versions = await surfaces.directory.changes.history("mailbox", mailbox);
      assert.deepEqual(
        versions.map(({ service }) => service),
        ["", "SAMU"],
      );
      assert.ok(versions[1]?.to);
      assert.equal((await surfaces.call("GET", `/api/directory/changes`, { key: "" })).status, 401);
    });

    it("removes closed rows of old, and nothing that stands", async () => {
      const { test, directory } = surfaces;
      const count = async (where: string) => (await test.store.first<{ n: number }>(`select count(*) as n from directory.person where ${where}`))?.n;
      const standing = await count("rev_to = 2147483647");
      assert.equal(await directory.changes.purge(realClock.now().subtract({ hours: 1 })), 0);
      assert.ok((await directory.changes.purge(realClock.now().add({ hours: 1 }))) > 0);
      assert.deepEqual([await count("rev_to <> 2147483647"), await count("rev_to = 2147483647")], [0, standing]);
    });
  });
}
