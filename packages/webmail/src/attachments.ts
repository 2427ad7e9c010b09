// What may be attached and saved: kinds by the end of the name and the first bytes, never by what a browser or a sender says. Pure.
export type Attached = { readonly name: string; readonly type: string; readonly bytes: Uint8Array };
export type Kind = "xdm" | "pdf" | "image" | "text" | "office" | "archive" | "message" | "program" | "other";

const byName: readonly (readonly [RegExp, Kind])[] = [
  // Case varies in the wild.
  [/^ihe_xdm\.zip$/i, "xdm"],
  [
    /\.(?:exe|com|scr|bat|cmd|pif|cpl|msi|msp|hta|jar|jsm?|jse|vbs|vbe|wsf|wsh|ps1|lnk|reg|iso|img|vhdx?|sh|app|apk|dll|svgz?|html?|xht(?:ml)?|mht(?:ml)?)$/i,
    "program",
  ],
  [/\.pdf$/i, "pdf"],
  [/\.(?:png|jpe?g|gif|webp|tiff?|bmp|heic|dcm)$/i, "image"],
  [/\.(?:txt|csv|md|log|xml|hpr|hprim|hl7|json|ics|vcf)$/i, "text"],
  [/\.(?:docx?|odt|rtf|xlsx?|ods|pptx?|odp)$/i, "office"],
  [/\.(?:zip|7z|gz|tgz|tar|rar)$/i, "archive"],
  [/\.(?:eml|msg|p7m|p7s)$/i, "message"],
];
/** First bytes of what runs: Windows, Linux, macOS, scripts, Java. */
const programHeads = ["4d5a", "7f454c46", "feedface", "feedfacf", "cffaedfe", "cefaedfe", "2321", "cafebabe"];

export function kindOf({ name, bytes }: Pick<Attached, "name" | "bytes">): Kind {
  const head = Buffer.from(bytes.subarray(0, 4)).toString("hex");
  if (programHeads.some((start) => head.startsWith(start))) return "program";
  return byName.find(([end]) => end.test(name))?.[1] ?? "other";
}

/** A name as it may stand in a header and a folder: no path, nothing invisible, no direction marks. */
export function cleanName(name: string | undefined, number: number): string {
  return (
    (name || `piece-${number}`)
      .replace(/^.*[/\\]/, "")
      .replace(/[\p{C}/\\:*?"<>|]/gu, "_")
      .slice(-longestName) || `piece-${number}`
  );
}

export const limits = { count: 20, bytes: 20 * 1024 * 1024 } as const;
const longestName = 150;

export type FileProblem = "too-many" | "too-large" | "program" | "empty";

/** Ordered: the first rule broken by the files of a letter. */
export function judgeFiles(files: readonly Attached[]): { problem: FileProblem; name: string } | undefined {
  const program = files.find((file) => kindOf(file) === "program");
  const empty = files.find(({ bytes }) => bytes.length === 0);
  if (files.length > limits.count) return { problem: "too-many", name: "" };
  if (files.reduce((sum, { bytes }) => sum + bytes.length, 0) > limits.bytes) return { problem: "too-large", name: "" };
  if (program) return { problem: "program", name: program.name };
  return empty && { problem: "empty", name: empty.name };
}
