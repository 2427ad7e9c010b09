// A file of extractions as lines: plain text, or a zip archive with several of them. UTF-8, line feed, no quoting.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { promisify } from "node:util";
import yauzl from "yauzl";
import { directoryErrors } from "../errors.ts";

export type SourceFile = {
  readonly name: string;
  /** Uncompressed size, for progress. */
  readonly bytes: number;
  open(): Promise<Readable>;
};

/** The text files of a path; a zip gives its `.txt` and `.csv` members. Throws `directory.no-file`. Call `close` at the end. */
export async function openSources(path: string): Promise<{ files: readonly SourceFile[]; close(): void }> {
  let head: Buffer;
  let bytes: number;
  try {
    const handle = await open(path, "r");
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    await handle.close();
    head = buffer;
    bytes = (await stat(path)).size;
  } catch (cause) {
    throw directoryErrors.refuse("directory.no-file", { params: { file: path }, cause });
  }
  if (head.readUInt32BE(0) !== 0x504b0304) {
    return { files: [{ name: basename(path), bytes, open: async () => createReadStream(path, { highWaterMark: 1 << 16 }) }], close() {} };
  }
  try {
    return await openZip(path);
  } catch (cause) {
    throw directoryErrors.refuse("directory.bad-archive", { params: { file: basename(path) }, cause });
  }
}

async function openZip(path: string): Promise<{ files: readonly SourceFile[]; close(): void }> {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(path, { lazyEntries: true, autoClose: false });
  const files: SourceFile[] = [];
  await new Promise<void>((resolve, reject) => {
    zip.on("entry", (entry: yauzl.Entry) => {
      if (/\.(txt|csv)$/i.test(entry.fileName)) {
        files.push({
          name: basename(entry.fileName),
          bytes: entry.uncompressedSize,
          open: () => new Promise((done, fail) => zip.openReadStream(entry, (error, stream) => (error ? fail(error) : done(stream)))),
        });
      }
      zip.readEntry();
    });
    zip.once("end", resolve);
    zip.once("error", reject);
    zip.readEntry();
  });
  return { files, close: () => zip.close() };
}

/** No line of an extraction is longer; beyond it the file is not one. */
const maximumLine = 65_536;

/** Lines in blocks, so that a line costs no turn of the event loop; `onBytes` tells progress. A byte order mark and carriage returns go. */
export async function* readLines(stream: Readable, onBytes: (bytes: number) => void): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let first = true;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    let text = rest + decoder.write(chunk);
    if (first) {
      text = text.replace(/^\uFEFF/, "");
      first = false;
    }
    const lines = text.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > maximumLine) throw directoryErrors.refuse("directory.unknown-layout", { params: { header: rest.slice(0, 60) } });
    yield text.includes("\r") ? lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line)) : lines;
  }
  rest += decoder.end();
  if (rest !== "") yield [rest.replace(/\r$/, "")];
}
