// The relay between two real servers: bounds each way, pages refused, an upstream that is away or silent, a cut, and nothing that ends the process.
import assert from "node:assert/strict";
import { createServer, request, type Server } from "node:http";
import { after, before, describe, it } from "node:test";
import { Agent } from "undici";
import { readAsked } from "../src/raw-http.ts";
import { answerFailure, relay } from "../src/relay.ts";

describe("the relay", () => {
  const cut = new AbortController();
  const dispatcher = new Agent();
  let upstream: Server;
  let front: Server;
  let away = 1;

  const listen = (server: Server): Promise<number> =>
    new Promise((done) => server.listen(0, "127.0.0.1", () => done((server.address() as { port: number }).port)));
  const ask = (path: string, body?: string): Promise<{ status: number; text: string; whole: boolean }> =>
    new Promise((done, failed) => {
      const { port } = front.address() as { port: number };
      const asked = request({ port, path, method: body === undefined ? "GET" : "POST", agent: false }, (reply) => {
        let text = "";
        reply.on("data", (chunk) => {
          text += chunk;
        });
        reply.on("error", () => undefined);
        reply.on("close", () => done({ status: reply.statusCode ?? 0, text, whole: reply.complete }));
      });
      asked.on("error", failed);
      asked.end(body);
    });

  before(async () => {
    upstream = createServer((asked, reply) => {
      asked.resume();
      if (asked.url === "/page") return reply.writeHead(200, { "content-type": "text/html" }).end("<p>".repeat(9000));
      if (asked.url === "/long") return reply.end("x".repeat(5000));
      if (asked.url === "/slow") return reply.writeHead(200).write("begun");
      if (asked.url === "/silent") return undefined;
      if (asked.url === "/elsewhere") return reply.writeHead(302, { location: "/page" }).end();
      return reply.writeHead(200, { "set-cookie": "a=b", "content-type": "text/plain" }).end("good");
    });
    const port = await listen(upstream);
    const closed = createServer();
    away = await listen(closed);
    await new Promise((done) => closed.close(done));
    front = createServer((incoming, response) => {
      const asked = readAsked(incoming, response);
      const to = new URL(asked.path === "/away" ? `http://127.0.0.1:${away}/` : `http://127.0.0.1:${port}${asked.path}`);
      void relay(asked, { to, dispatcher, headers: {}, withhold: [], bodyLimit: 4000, timeoutMillis: 300, cut: cut.signal }).then((outcome) => {
        if (typeof outcome !== "number") answerFailure(asked, outcome, ({ message }) => ({ message }));
      });
    });
    await listen(front);
  });
  after(async () => {
    for (const server of [front, upstream]) {
      server.closeAllConnections();
      server.close();
    }
    await dispatcher.destroy();
  });

  it("passes an answer on, without the upstream's cookie, and follows no redirection", async () => {
    assert.deepEqual(await ask("/good", "{}"), { status: 200, text: "good", whole: true });
    assert.equal((await ask("/elsewhere")).status, 302);
  });

  it("refuses pages, and bodies past the bound, each way", async () => {
    assert.equal((await ask("/page")).status, 502);
    assert.equal((await ask("/long")).status, 502);
    assert.equal((await ask("/good", "x".repeat(5000))).status, 413);
    assert.equal((await ask("/good")).text, "good");
  });

  it("says 503 for an upstream that is away and 504 for one that is silent", async () => {
    assert.equal((await ask("/away")).status, 503);
    assert.equal((await ask("/silent")).status, 504);
  });

  it("is cut when the right behind it closes", async () => {
    const under = ask("/slow");
    setImmediate(() => cut.abort());
    const reply = await under;
    assert.ok(!reply.whole || reply.status === 502);
  });
});
