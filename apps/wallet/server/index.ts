// The built application as files to serve.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { distPath } from "./build.ts";

export { ensureBuilt } from "./build.ts";

export type AppFile = {
  readonly path: string;
  readonly type: string;
  readonly body: Uint8Array /** Its name carries its content: may be kept for ever. */;
  readonly immutable: boolean;
};

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** Files of the build under `/app/`; undefined when it was not built. */
export function listAppFiles(): readonly AppFile[] | undefined {
  const place = distPath();
  if (!existsSync(place)) return undefined;
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const name = relative(place, file).replaceAll("\\", "/");
      return {
        path: name === "index.html" ? "/app/" : `/app/${name}`,
        type: types[extname(name)] ?? "application/octet-stream",
        body: readFileSync(file),
        immutable: name.startsWith("assets/"),
      };
    });
}
