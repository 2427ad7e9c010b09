// Forms that carry files (multipart/form-data, RFC 7578), on routes that declare how much they take. The reader of the platform parses
// them; what may come is bounded before: bytes, parts, and uploads at one time.
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { webErrors } from "./errors.ts";

/** One file of a form, in the schema of a route's body. Its name and type are what the browser said. */
export const upload = z.object({ name: z.string().max(1000), type: z.string().max(200), bytes: z.instanceof(Uint8Array) });
export type Upload = z.output<typeof upload>;

type Form = Record<string, string | Upload | readonly (string | Upload)[]>;

const mostParts = 200;
const mostAtOnce = 8;
const busySeconds = 5;

/** Reads forms with files; one for each listener. */
export function createUploadReader(): (payload: IncomingMessage, type: string, limit: number) => Promise<Form> {
  let reading = 0;
  return async (payload, type, limit) => {
    if (reading >= mostAtOnce) throw webErrors.refuse("web.too-many", { params: { seconds: busySeconds } });
    reading += 1;
    try {
      return await parseForm(await readAll(payload, limit), type);
    } finally {
      reading -= 1;
    }
  };
}

async function readAll(payload: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of payload as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw webErrors.refuse("web.too-large", { params: { limit } });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function parseForm(bytes: Buffer, type: string): Promise<Form> {
  const boundary = /boundary="?([^";,\s]{1,70})/i.exec(type)?.[1] ?? "";
  if (boundary === "" || count(bytes, `--${boundary}`) > mostParts) throw webErrors.refuse("web.invalid", { params: { problem: "multipart" } });
  const form: Record<string, (string | Upload)[]> = {};
  const data = await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData().catch((cause: unknown) => {
    throw webErrors.refuse("web.invalid", { params: { problem: "multipart" }, cause });
  });
  for (const [name, value] of data) {
    // A field of files that was left empty comes as a file without a name.
    if (typeof value !== "string" && value.name === "" && value.size === 0) continue;
    const all = Object.hasOwn(form, name) ? form[name] : undefined;
    const one = typeof value === "string" ? value : { name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) };
    if (all) all.push(one);
    else Object.defineProperty(form, name, { value: [one], enumerable: true });
  }
  return Object.fromEntries(Object.entries(form).map(([name, [first = "", ...more]]) => [name, more.length === 0 ? first : [first, ...more]]));
}

function count(bytes: Buffer, wanted: string): number {
  let found = 0;
  for (let at = bytes.indexOf(wanted); at >= 0 && found <= mostParts; at = bytes.indexOf(wanted, at + wanted.length)) found += 1;
  return found;
}
