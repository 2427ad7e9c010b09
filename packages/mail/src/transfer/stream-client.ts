// The target's end of the stream: one connection kept, the source's certificate compared with the one that the invitation names.
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import type { TLSSocket } from "node:tls";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { fingerprintOf, type StreamKey } from "./keys.ts";
import { nameOfTransfer, Refused } from "./stream-server.ts";
import { type Ask, type Frame, readFrames } from "./wire.ts";

export type StreamClient = {
  /** The frames of the answer. Throws `Refused` with what the source said, anything else when it cannot be had. */
  ask(question: Ask): AsyncGenerator<Frame>;
  /** The first frame alone. */
  askOne(question: Ask): Promise<Frame>;
  close(): void;
};

const silentMillis = 60_000;
const longestRefusal = 4096;

export function createStreamClient({ id, place, fingerprint, own }: { id: string; place: string; fingerprint: string; own: StreamKey }): StreamClient {
  const colon = place.lastIndexOf(":");
  // A resumed session shows no certificate: every connection shows its own.
  const agent = new Agent({ keepAlive: true, maxSockets: 2, maxCachedSessions: 0 });

  /** Connections whose other end was found to be the source. */
  const known = new WeakSet<TLSSocket>();

  const send = (question: Ask): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request({
        host: place.slice(0, colon),
        port: Number(place.slice(colon + 1)),
        servername: nameOfTransfer(id),
        path: "/ask",
        method: "POST",
        agent,
        key: own.key,
        cert: own.certificate,
        minVersion: tlsPolicy.minVersion,
        ciphers: tlsPolicy.ciphers,
        // Nobody issued it: its fingerprint says whose it is, before a byte is sent.
        rejectUnauthorized: false,
        timeout: silentMillis,
        headers: { "content-type": "application/json" },
      });
      asked.on("error", reject);
      asked.once("timeout", () => asked.destroy(new Error("the source is silent")));
      asked.once("response", resolve);
      asked.once("socket", (socket: TLSSocket) => {
        const go = (): void => void asked.end(JSON.stringify(question));
        if (known.has(socket)) return go();
        socket.once("secureConnect", () => {
          const shown = socket.getPeerX509Certificate();
          if (!shown || fingerprintOf(shown.raw) !== fingerprint) return asked.destroy(new Error("the source shows another key than the invitation names"));
          known.add(socket);
          go();
        });
      });
    });

  async function* ask(question: Ask): AsyncGenerator<Frame> {
    const answer = await send(question);
    if (answer.statusCode !== 200) throw new Refused(answer.statusCode ?? 500, await readRefusal(answer));
    yield* readFrames(answer);
  }
  return {
    ask,
    async askOne(question) {
      let first: Frame | undefined;
      // To its end, so that the connection serves the next question.
      for await (const frame of ask(question)) first ??= frame;
      if (!first) throw new Error("the source answered nothing");
      return first;
    },
    close: () => agent.destroy(),
  };
}

async function readRefusal(answer: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.length > longestRefusal) break;
  }
  try {
    return String((JSON.parse(text) as { error?: unknown }).error ?? "").slice(0, 200);
  } catch {
    return "";
  }
}
