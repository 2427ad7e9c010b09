// Asks one OCSP question over HTTP again and again, by so many at once, and says how many answers came: a process of its own, so that
// the one who asks takes nothing from the responder's thread, ours or another's.
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";

const [url = "", file = "", clients = "8", seconds = "5"] = process.argv.slice(2);
const body = readFileSync(file);
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });
const headers = { "content-type": "application/ocsp-request", "content-length": body.length };

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent, headers }, (reply) => {
      let length = 0;
      reply.on("data", (chunk: Buffer) => {
        length += chunk.length;
      });
      reply.on("end", () => (length > 500 ? resolve() : reject(new Error(`an answer of ${length} bytes`))));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

await ask();
const start = performance.now();
let count = 0;
await Promise.all(
  Array.from({ length: Number(clients) }, async () => {
    while (performance.now() - start < Number(seconds) * 1000) {
      await ask();
      count += 1;
    }
  }),
);
console.log(JSON.stringify({ count, millis: performance.now() - start }));
agent.destroy();
