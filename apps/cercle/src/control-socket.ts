// The control socket: commands beside a running server ask the same routes as the API over a Unix socket in the data folder.
// Who can open it (mode 0600) is the operator of this machine.
import { createHash } from "node:crypto";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ApiReply, ApiRequest, Language } from "@cercle/kernel";

/** Unix socket paths end at about 107 bytes; a deeper data folder gets a short name of its own. */
export function controlSocketPath(dataFolder: string): string {
  const path = join(dataFolder, "control.sock");
  if (Buffer.byteLength(path) < 100) return path;
  return join(tmpdir(), `cercle-${createHash("sha256").update(dataFolder).digest("hex").slice(0, 16)}.sock`);
}

/** Asks a running server; undefined when none answers on this data folder. */
export function askServer(dataFolder: string, { method, path, body, key }: ApiRequest, language: Language): Promise<ApiReply | undefined> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const asked = request(
      {
        socketPath: controlSocketPath(dataFolder),
        method,
        path,
        headers: {
          host: "localhost",
          "accept-language": language,
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(payload === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
        },
      },
      (reply) => {
        const chunks: Buffer[] = [];
        reply.on("data", (chunk: Buffer) => chunks.push(chunk));
        reply.on("error", reject);
        reply.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: reply.statusCode ?? 0, body: text === "" ? undefined : JSON.parse(text) });
        });
      },
    );
    asked.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(undefined);
      else reject(error);
    });
    asked.end(payload);
  });
}
