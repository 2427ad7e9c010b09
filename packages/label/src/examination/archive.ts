// A zip looked at before anything else reads it: how many files, how large once opened, nothing nested, nothing encrypted.
// Sizes are measured while inflating; what the archive claims about itself is not believed.
import yauzl from "yauzl";
import { labelErrors } from "../errors.ts";

const most = { files: 500, bytes: 20_000_000, ratio: 100 };
const nested = /\.(zip|7z|rar|gz|bz2|xz|tar|jar|iso)$/i;

const bomb = (fr: string, en: string) => labelErrors.refuse("label.zip-bomb", { params: { why: `${fr} / ${en}` } });

/** Answers the text of the members that `wants` names; throws `label.zip-bomb` or `label.unreadable`. */
export async function openArchive(bytes: Uint8Array, wants: (name: string) => boolean = () => false): Promise<ReadonlyMap<string, string>> {
  const zip = await new Promise<yauzl.ZipFile>((resolve, reject) => {
    yauzl.fromBuffer(Buffer.from(bytes), { lazyEntries: true, validateEntrySizes: false }, (error, file) =>
      error || !file ? reject(labelErrors.refuse("label.unreadable", { params: { type: "zip" }, cause: error })) : resolve(file),
    );
  });
  if (zip.entryCount > most.files) throw bomb(`plus de ${most.files} fichiers`, `more than ${most.files} files`);
  const texts = new Map<string, string>();
  let opened = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on("error", (cause) => reject(labelErrors.refuse("label.unreadable", { params: { type: "zip" }, cause })));
    zip.on("end", () => resolve());
    zip.on("entry", (entry: yauzl.Entry) => {
      if (entry.isEncrypted()) return reject(bomb("chiffrée", "encrypted"));
      if (nested.test(entry.fileName)) return reject(bomb("archive dans l’archive", "an archive within the archive"));
      if (entry.fileName.endsWith("/")) return zip.readEntry();
      zip.openReadStream(entry, (error, stream) => {
        if (error || !stream) return reject(labelErrors.refuse("label.unreadable", { params: { type: "zip" }, cause: error }));
        const kept: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => {
          opened += chunk.length;
          if (opened > most.bytes || opened > bytes.length * most.ratio) {
            stream.destroy();
            reject(bomb("elle gonfle sans mesure", "it swells beyond measure"));
          } else if (wants(entry.fileName)) kept.push(chunk);
        });
        stream.on("error", (cause) => reject(labelErrors.refuse("label.unreadable", { params: { type: "zip" }, cause })));
        stream.on("end", () => {
          if (wants(entry.fileName)) texts.set(entry.fileName, Buffer.concat(kept).toString("utf8"));
          zip.readEntry();
        });
      });
    });
    zip.readEntry();
  }).finally(() => zip.close());
  return texts;
}
