// The source's door for targets: one listener for all operators of the program, open only while a transfer needs it. Both ends show a
// certificate made for this transfer; who shows another is told nothing. The name in the handshake says which transfer it is about.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { createSecureContext, type TLSSocket } from "node:tls";
import { tlsPolicy } from "../trust/tls-policy.ts";
import { fingerprintOf } from "./keys.ts";
import { type Ask, askShape, writeFrame } from "./wire.ts";

/** One transfer's end, as the listener needs it. */
export type Streaming = {
  readonly id: string;
  readonly key: string;
  readonly certificate: string;
  /** Answers the asks of whom `peer` names; throws `Refused` with what the other end may know. */
  answer(ask: Ask, peer: string): AsyncIterable<readonly Uint8Array[]>;
};

/** A no that the other end may read. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type StreamServer = {
  /** Opens the listener when it is not; the same transfer again changes nothing. */
  serve(streaming: Streaming): Promise<void>;
  end(id: string): Promise<void>;
  stop(): Promise<void>;
};

const longestAsk = 128 * 1024;
const mostConnections = 20;

/** The name of a transfer in the handshake (RFC 6066 §3); `.invalid` is nobody's (RFC 6761). */
export const nameOfTransfer = (id: string): string => `${id}.transfer.invalid`;

export function createStreamServer({ host, port, onError }: { host: string; port: number; onError(error: unknown): void }): StreamServer {
  const streams = new Map<string, Streaming>();
  let server: Server | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const socket = request.socket as TLSSocket & { servername?: string | false };
    const shown = socket.getPeerX509Certificate();
    const stream = [...streams.values()].find(({ id }) => socket.servername === nameOfTransfer(id));
    if (!stream || !shown || request.method !== "POST" || request.url !== "/ask") throw new Refused(404, "nothing is here");
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request) {
      size += (chunk as Buffer).length;
      if (size > longestAsk) throw new Refused(413, "the question is too long");
      chunks.push(chunk as Buffer);
    }
    const asked = askShape.safeParse(parse(Buffer.concat(chunks).toString("utf8")));
    if (!asked.success) throw new Refused(422, "the question is not understood");
    const frames = stream.answer(asked.data, fingerprintOf(shown.raw));
    for await (const frame of frames) {
      if (!response.headersSent) response.writeHead(200, { "content-type": "application/octet-stream" });
      for (const part of frame) {
        if (part.length === 0 || response.write(part)) continue;
        // One page in memory, whatever the other end's pace.
        await new Promise<void>((resolve, reject) => {
          const over = (): void => reject(new Error("the other end went away"));
          response.once("drain", () => {
            response.off("close", over);
            resolve();
          });
          response.once("close", over);
        });
      }
    }
    response.end();
  };

  const open = async (): Promise<void> => {
    const made = createServer(
      {
        ...tlsPolicy,
        requestCert: true,
        rejectUnauthorized: false,
        SNICallback(name, done) {
          const stream = [...streams.values()].find(({ id }) => name === nameOfTransfer(id));
          if (stream) done(null, createSecureContext({ key: stream.key, cert: stream.certificate }));
          else done(new Error("no such transfer"));
        },
      },
      (request, response) =>
        void handle(request, response).catch((error: unknown) => {
          if (!(error instanceof Refused)) onError(error);
          if (response.headersSent) return response.destroy();
          const status = error instanceof Refused ? error.status : 500;
          const message = error instanceof Refused ? error.message : "nothing was done";
          response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ error: message }));
        }),
    );
    made.maxConnections = mostConnections;
    made.on("tlsClientError", (_error: Error, socket: TLSSocket) => socket.destroy());
    await new Promise<void>((resolve, reject) => {
      made.once("error", reject);
      made.listen(port, host, () => resolve());
    });
    server = made;
  };
  const close = async (): Promise<void> => {
    const open = server;
    server = undefined;
    if (!open) return;
    open.closeAllConnections();
    await new Promise<void>((resolve) => open.close(() => resolve()));
  };
  return {
    async serve(streaming) {
      streams.set(streaming.id, streaming);
      if (!server) await open();
    },
    async end(id) {
      streams.delete(id);
      if (streams.size === 0) await close();
    },
    stop: close,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const oneFrame = async function* (head: unknown): AsyncGenerator<readonly Uint8Array[]> {
  yield writeFrame(head);
};
