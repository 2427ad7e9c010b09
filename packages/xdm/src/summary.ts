// An archive looked at in memory: its directory is listed, its METADATA.XML inflated within a bound, nothing else opened.
import yauzl from "yauzl";
import { parseMetadata, type XdmDocument, type XdmPatient } from "./metadata.ts";

export type { XdmDocument, XdmPatient } from "./metadata.ts";

export type XdmSummary =
  | {
      readonly kind: "summary";
      readonly documents: readonly (XdmDocument & { readonly there: boolean; readonly bytes: number })[];
      readonly patient: XdmPatient | undefined;
    }
  /** Not an archive, one that swells or hides, or one without readable metadata. */
  | { readonly kind: "unreadable"; readonly reason: "not-an-archive" | "too-much" | "encrypted" | "no-metadata" | "bad-metadata" };

/** One folder of documents (ITI TF-2 §3.32.4.1.2.2). */
const metadata = /^IHE_XDM\/([^/]{1,40})\/METADATA\.XML$/i;
const most = { archive: 60_000_000, files: 500, metadata: 1_000_000, folders: 10, seconds: 5 };

class Unreadable extends Error {
  readonly reason: Extract<XdmSummary, { kind: "unreadable" }>["reason"];
  constructor(reason: Unreadable["reason"]) {
    super(reason);
    this.reason = reason;
  }
}

/** Never throws. */
export async function summariseXdm(bytes: Uint8Array): Promise<XdmSummary> {
  try {
    return await summarise(bytes);
  } catch (error) {
    return { kind: "unreadable", reason: error instanceof Unreadable ? error.reason : "not-an-archive" };
  }
}

async function summarise(bytes: Uint8Array): Promise<XdmSummary> {
  if (bytes.length > most.archive) throw new Unreadable("too-much");
  const { files, folders } = await list(bytes);
  if (folders.size === 0) throw new Unreadable("no-metadata");
  const parts = [...folders].map(([folder, xml]) => ({ folder, content: parseMetadata(xml) }));
  if (parts.some(({ content }) => content === undefined)) throw new Unreadable("bad-metadata");
  const documents = parts.flatMap(({ folder, content }) =>
    (content?.documents ?? []).map((one) => {
      const size = files.get(`IHE_XDM/${folder}/${one.file}`.toUpperCase());
      return { ...one, there: size !== undefined, bytes: size ?? 0 };
    }),
  );
  return { kind: "summary", documents, patient: parts.find(({ content }) => content?.patient)?.content?.patient };
}

/** Names and announced sizes of all members, and the text of each folder's metadata. */
async function list(bytes: Uint8Array): Promise<{ files: ReadonlyMap<string, number>; folders: ReadonlyMap<string, string> }> {
  const zip = await yauzl.fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { validateEntrySizes: true });
  try {
    if (zip.entryCount > most.files) throw new Unreadable("too-much");
    const files = new Map<string, number>();
    const folders = new Map<string, string>();
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw new Unreadable("encrypted");
      files.set(entry.fileName.toUpperCase(), entry.uncompressedSize);
      const folder = metadata.exec(entry.fileName)?.[1];
      if (folder === undefined) continue;
      if (folders.size >= most.folders) throw new Unreadable("too-much");
      folders.set(folder, await inflate(zip, entry));
    }
    return { files, folders };
  } finally {
    zip.close();
  }
}

/** Measured while inflating: what the archive says of its own sizes is not believed. */
async function inflate(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<string> {
  const stream = await zip.openReadStreamPromise(entry);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most.metadata) throw new Unreadable("too-much");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
