// One file of a source: asked whether it is new, fetched whole, nothing kept of one that broke off.
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";
import { directoryErrors } from "../errors.ts";

const answerMillis = 30_000;
/** The largest national archive is a tenth of this. */
const maximumBytes = 4 * 1024 ** 3;

type Asked = { readonly url: string; readonly ca: string | undefined };

/** What tells this file from the next one: its name with the hour it was made, else its entity tag, else its date. */
export async function readTag(asked: Asked): Promise<string> {
  const reply = await send(asked, "HEAD");
  reply.resume();
  const named = /filename="?([^";]+)/.exec(reply.headers["content-disposition"] ?? "")?.[1];
  return named ?? reply.headers.etag ?? reply.headers["last-modified"] ?? "";
}

/** Fetches into `path`; a body shorter or longer than announced is refused. Throws `directory.source-failed`. */
export async function download(asked: Asked, path: string): Promise<void> {
  const reply = await send(asked, "GET");
  const announced = Number(reply.headers["content-length"] ?? Number.NaN);
  let bytes = 0;
  try {
    await pipeline(
      reply,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maximumBytes) throw new RangeError("too long");
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    if (Number.isFinite(announced) && bytes !== announced) throw new RangeError(`${bytes} of ${announced} bytes`);
  } catch (cause) {
    await rm(path, { force: true });
    throw directoryErrors.refuse("directory.source-failed", { params: { url: asked.url, problem: problemOf(cause) }, cause });
  }
}

function send({ url, ca }: Asked, method: "HEAD" | "GET"): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => reject(directoryErrors.refuse("directory.source-failed", { params: { url, problem: problemOf(cause) }, cause }));
    const request = url.startsWith("https:") ? requestHttps(url, { method, ...(ca ? { ca } : {}) }) : requestHttp(url, { method });
    request.setTimeout(answerMillis, () => request.destroy(new Error("timeout")));
    request.once("error", fail);
    request.once("response", (reply) => {
      if (reply.statusCode === 200) resolve(reply);
      else {
        reply.resume();
        fail(new Error(String(reply.statusCode)));
      }
    });
    request.end();
  });
}

function problemOf(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string };
  return String(code ?? message ?? "").slice(0, 80);
}
