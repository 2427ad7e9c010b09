// The look's files, read once: style sheets, fonts, scripts and the mark. The style sheet's address carries its digest, so that a
// new version shows at once.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { buildLook, buildMark, type Look } from "./look.ts";

export type Asset = { readonly path: string; readonly type: string; readonly body: Uint8Array };

const require = createRequire(import.meta.url);
const font = (name: string): Uint8Array => readFileSync(require.resolve(name));
const own = (name: string): Uint8Array => readFileSync(new URL(`../assets/${name}`, import.meta.url));

const woff2 = "font/woff2";
const sheet = Buffer.concat(["tokens.css", "fonts.css", "pages.css", "frame.css", "lists.css", "file.css", "print.css"].map(own));

/** The address of the style sheet, with its digest. */
export const sheetAddress = `/assets/pages.css?v=${createHash("sha256").update(sheet).digest("hex").slice(0, 12)}`;

/** Everything that pages link to, under `/assets/`. */
export function listAssets(look: Look): readonly Asset[] {
  const text = (body: string): Uint8Array => Buffer.from(body);
  return [
    { path: "/assets/pages.css", type: "text/css; charset=utf-8", body: Buffer.concat([sheet, text(buildLook(look))]) },
    { path: "/assets/passkey.js", type: "text/javascript; charset=utf-8", body: own("passkey.js") },
    { path: "/assets/sign.js", type: "text/javascript; charset=utf-8", body: own("sign.js") },
    { path: "/assets/keys.js", type: "text/javascript; charset=utf-8", body: own("keys.js") },
    { path: "/assets/mark.svg", type: "image/svg+xml", body: text(buildMark(look)) },
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
