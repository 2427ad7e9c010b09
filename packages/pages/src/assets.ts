// The look's files, read once: style sheets, fonts and the mark. Names are fixed, so caches are told to ask again after an hour.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export type Asset = { readonly path: string; readonly type: string; readonly body: Uint8Array };

const require = createRequire(import.meta.url);
const font = (name: string): Uint8Array => readFileSync(require.resolve(name));
const own = (name: string): Uint8Array => readFileSync(new URL(`../assets/${name}`, import.meta.url));

const woff2 = "font/woff2";

/** Everything that pages link to, under `/assets/`. */
export function listAssets(): readonly Asset[] {
  return [
    { path: "/assets/pages.css", type: "text/css; charset=utf-8", body: Buffer.concat([own("tokens.css"), own("fonts.css"), own("pages.css")]) },
    { path: "/assets/passkey.js", type: "text/javascript; charset=utf-8", body: own("passkey.js") },
    { path: "/assets/mark.svg", type: "image/svg+xml", body: own("mark.svg") },
    {
      path: "/assets/text.woff2",
      type: woff2,
      body: font("@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2"),
    },
    {
      path: "/assets/text-ext.woff2",
      type: woff2,
      body: font("@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-ext-wght-normal.woff2"),
    },
    { path: "/assets/title.woff2", type: woff2, body: font("@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2") },
    { path: "/assets/code.woff2", type: woff2, body: font("@fontsource/ibm-plex-mono/files/ibm-plex-mono-latin-400-normal.woff2") },
  ];
}
