// A piece of evidence before it is kept: its size, what its bytes say it is against what its name says, its archive if it is one.
import { extname } from "node:path";
import { labelErrors } from "../errors.ts";
import { openArchive } from "./archive.ts";

/** Body of a request less its base64; a larger piece comes in parts of this size. */
export const partLimit = 700_000;
/** What a piece may weigh at most, in parts. */
export const evidenceLimit = 20_000_000;

/** Extension → type that the bytes must show. Text has no signature: it must be readable text. */
const accepted: Readonly<Record<string, string>> = {
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".zip": "application/zip",
  ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  ".txt": "text/plain",
  ".csv": "text/csv",
};

/** The type of the file; throws the reason why it is not kept. */
export async function checkEvidence(name: string, bytes: Uint8Array): Promise<string> {
  if (bytes.length > evidenceLimit)
    throw labelErrors.refuse("label.evidence-size", { params: { limit: Math.floor(evidenceLimit / 1000), size: Math.ceil(bytes.length / 1000) } });
  const wanted = accepted[extname(name).toLowerCase()];
  const { fileTypeFromBuffer } = await import("file-type");
  const found = (await fileTypeFromBuffer(bytes))?.mime ?? (isText(bytes) ? "text" : undefined);
  const agrees = wanted !== undefined && (wanted.startsWith("text/") ? found === "text" : found === wanted);
  if (!agrees || !wanted)
    throw labelErrors.refuse("label.evidence-type", { params: { name: name.slice(0, 80), found: found ?? "?", accepted: Object.keys(accepted).join(" ") } });
  if (wanted.includes("zip") || wanted.includes("openxmlformats")) await openArchive(bytes);
  return wanted;
}

function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a text file holds none but tab and ends of line
    return text !== "" && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text);
  } catch {
    return false;
  }
}
