// Holds a card in a reader as `cercle card insert` does, without the start of a whole program: asks the running server's control
// socket, says again every second that the card is wanted, takes it out when interrupted.
import { request } from "node:http";

const [socketPath = "", card = "", slot = "0"] = process.argv.slice(2);

function ask(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers: { host: "localhost", ...(body ? { "content-type": "application/json" } : {}) } }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => {
        text += chunk;
      });
      reply.on("end", () => ((reply.statusCode ?? 500) < 300 ? resolve(text === "" ? {} : JSON.parse(text)) : reject(new Error(text))));
    });
    asked.on("error", reject);
    asked.end(body ? JSON.stringify(body) : undefined);
  });
}

const { insertion } = await ask("POST", `/api/cards/${card}/insertion`, { slot: Number(slot) });
process.stdout.write("inserted\n");
const wanted = setInterval(() => void ask("PUT", `/api/insertions/${insertion}`).catch(() => process.exit(1)), 1000);
process.once("SIGINT", () => {
  clearInterval(wanted);
  void ask("DELETE", `/api/cards/${card}/insertion`).finally(() => process.exit(0));
});
