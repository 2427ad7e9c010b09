// Asks the control socket of a running program, as the operator of the machine.
import { request } from "node:http";
import { controlSocketPath } from "../src/control-socket.ts";

/** POSTs and answers the status. */
export function askControl(dataFolder: string, path: string, body: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { host: "localhost", "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const asked = request({ socketPath: controlSocketPath(dataFolder), method: "POST", path, headers }, (reply) => {
      reply.resume();
      reply.on("end", () => resolve(reply.statusCode ?? 0));
    });
    asked.on("error", reject);
    asked.end(text);
  });
}
