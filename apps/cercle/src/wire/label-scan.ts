// ClamAV's daemon over its own protocol (clamd(8), INSTREAM): chunks of a length and the bytes, then a length of nothing.
import { createConnection } from "node:net";
import { labelErrors } from "@cercle/label";

const patience = 20_000;

/** Answers what was found, undefined for nothing; refuses when no verdict comes. */
export function scanBy(place: string): (bytes: Uint8Array) => Promise<string | undefined> {
  const [host = "", port = ""] = place.startsWith("/") ? [] : [place.slice(0, place.lastIndexOf(":")), place.slice(place.lastIndexOf(":") + 1)];
  return (bytes) =>
    new Promise((resolve, reject) => {
      const socket = createConnection(host ? { host, port: Number(port), timeout: patience } : { path: place, timeout: patience });
      const fail = (cause?: unknown): void => {
        socket.destroy();
        reject(labelErrors.refuse("label.scan-unavailable", { cause }));
      };
      let said = "";
      socket.on("connect", () => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        for (const part of [Buffer.from("zINSTREAM\0"), length, bytes, Buffer.alloc(4)]) socket.write(part);
      });
      socket.on("data", (chunk) => {
        said = `${said}${chunk}`.slice(0, 1000);
      });
      socket.on("timeout", () => fail(new Error("timeout")));
      socket.on("error", fail);
      socket.on("close", () => {
        const verdict = said.replace(/\0.*$/s, "").trim();
        if (verdict === "stream: OK") return resolve(undefined);
        const found = /^stream: (.+) FOUND$/.exec(verdict)?.[1];
        // Too large for it, or any other answer: not judged, so not kept.
        if (found === undefined) return fail(new Error(verdict.slice(0, 100)));
        resolve(found);
      });
    });
}
