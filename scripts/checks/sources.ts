// The product's own sources as git lists them: packages and apps, without their tests.
import { execFileSync } from "node:child_process";

/** Paths relative to `folder`, TypeScript and SQL. */
export function listSources(folder: string, endings: readonly string[] = [".ts", ".tsx"]): readonly string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "packages", "apps"], { cwd: folder, encoding: "utf8" })
    .split("\n")
    .filter((file) => endings.some((ending) => file.endsWith(ending)) && !/(^|\/)test\/|\.test\.tsx?$|^packages\/testkit\/|\.d\.ts$/.test(file));
}

/** The text without its comments, line by line (strings that look like comments lose their end: good enough for words). */
export function withoutComments(text: string): readonly string[] {
  let inBlock = false;
  return text.split("\n").map((line) => {
    if (inBlock) {
      inBlock = !line.includes("*/");
      return "";
    }
    if (/^\s*\/\*/.test(line)) {
      inBlock = !line.includes("*/");
      return "";
    }
    return line.replace(/(^|\s)(\/\/|--\s).*$/, "");
  });
}
