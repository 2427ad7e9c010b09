// A file of extractions as lines: plain text, or a zip archive with several of them. UTF-8, line feed, no quoting.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Readable } from "node:stream";
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
    return { files: [{ name: basename(path), bytes, open: async () => createReadStream(path, { highWaterMark: 1 << 18 }) }], close() {} };
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
const lineFeed = 10;

/** Whole lines in blocks of bytes, each ended by a line feed, so that a line costs no turn of the event loop and an unchanged one no text; `onBytes` tells progress. A byte order mark goes. */
export async function* readBlocks(stream: Readable, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    onBytes(chunk.length);
    const end = chunk.lastIndexOf(lineFeed);
    if (end < 0) {
      rest = Buffer.concat([rest, chunk]);
      if (rest.length > maximumLine) throw directoryErrors.refuse("directory.unknown-layout", { params: { header: rest.toString("utf8", 0, 60) } });
      continue;
    }
    let block = rest.length === 0 ? chunk.subarray(0, end + 1) : Buffer.concat([rest, chunk.subarray(0, end + 1)]);
    // A copy: the rest must not keep the chunk it was cut from.
    rest = Buffer.from(chunk.subarray(end + 1));
    if (first && block.length >= 3 && block.readUIntBE(0, 3) === 0xefbbbf) block = block.subarray(3);
    first = false;
    yield block;
  }
  if (rest.length > 0) yield Buffer.concat([rest, Buffer.from([lineFeed])]);
}

/** The lines of a block, without line feed and carriage return. */
export function* listLines(block: Buffer): Generator<Buffer> {
  let start = 0;
  for (let end = block.indexOf(lineFeed); end >= 0; end = block.indexOf(lineFeed, start)) {
    yield block.subarray(start, end > start && block[end - 1] === 13 ? end - 1 : end);
    start = end + 1;
  }
}
