// The logo of a level and a structure type, drawn: letters are paths, so that it looks the same everywhere and needs no font.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import type { Font } from "fontkit";
import type { Level } from "../examination/level.ts";

const require = createRequire(import.meta.url);
const fontFile = (weight: 400 | 700): string => require.resolve(`@fontsource/atkinson-hyperlegible/files/atkinson-hyperlegible-latin-${weight}-normal.woff`);
let fonts: Fonts | undefined;
let ready: Promise<void> | undefined;

/** The words that every use of the logo must carry (LAB 6.3): level and structure type. */
export const levelWords: Readonly<Record<Level, string>> = { standard: "Niveau Standard", advanced: "Niveau Avancé" };
export const structureWords = "Centres de santé";

const width = 640;
const height = 260;
const colours: Readonly<Record<Level, string>> = { standard: "#2f5d50", advanced: "#7a3b12" };

/** The drawing without its mark. `address` is the public page that every use leads to. */
export async function drawLogo({ level, mark, address, label }: { level: Level; mark: string; address: string; label: string }): Promise<string> {
  fonts ??= await openFonts();
  const faces = fonts;
  const write = (font: keyof Fonts, words: string, place: Place): string => writePath(faces[font], words, place);
  const colour = colours[level];
  const rings = Array.from(
    { length: level === "advanced" ? 2 : 1 },
    (_, i) => `<circle cx="92" cy="112" r="${62 - 16 * i}" fill="none" stroke="${colour}" stroke-width="9"/>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${asXml(`${label} — ${levelWords[level]} — ${structureWords} — ${mark}`)}</title>`,
    `<a href="${asXml(address)}">`,
    `<rect width="${width}" height="${height}" rx="18" fill="#fff" stroke="${colour}" stroke-width="4"/>`,
    ...rings,
    `<path d="M66 114l19 20 36-44" fill="none" stroke="${colour}" stroke-width="11" stroke-linecap="round" stroke-linejoin="round"/>`,
    write("strong", label, { x: 186, y: 78, size: 34, colour: "#1b1b1b" }),
    write("strong", levelWords[level], { x: 186, y: 126, size: 36, colour }),
    write("text", structureWords, { x: 186, y: 166, size: 28, colour: "#1b1b1b" }),
    write("text", `${mark} · ${address.replace(/^https?:\/\//, "")}`, { x: 28, y: 232, size: 17, colour: "#444" }),
    "</a></svg>",
  ].join("\n");
}

type Fonts = { readonly strong: Font; readonly text: Font };
type Place = { readonly x: number; readonly y: number; readonly size: number; readonly colour: string };

/** Loaded by who draws, not by every command. */
async function openFonts(): Promise<Fonts> {
  const { create } = await import("fontkit");
  return { strong: create(readFileSync(fontFile(700))) as Font, text: create(readFileSync(fontFile(400))) as Font };
}

/** Letters as one path, scaled down when they would not fit. */
function writePath(face: Font, words: string, { x, y, size, colour }: Place): string {
  const run = face.layout(words);
  const whole = run.positions.reduce((sum, position) => sum + position.xAdvance, 0);
  const scale = Math.min(size / face.unitsPerEm, (width - x - 24) / Math.max(whole, 1));
  let at = 0;
  const glyphs = run.glyphs.map((glyph, i) => {
    const place = at;
    at += run.positions[i]?.xAdvance ?? 0;
    const path = glyph.path.toSVG();
    return path === "" ? "" : `<path d="${path}" transform="translate(${place} 0)"/>`;
  });
  return `<g fill="${colour}" transform="translate(${x} ${y}) scale(${scale.toFixed(5)} ${(-scale).toFixed(5)})">${glyphs.join("")}</g>`;
}

/** The same drawing in pixels. */
export async function rasterise(svg: string): Promise<Uint8Array> {
  ready ??= initWasm(readFileSync(require.resolve("@resvg/resvg-wasm/index_bg.wasm")));
  await ready;
  const drawing = new Resvg(svg, { fitTo: { mode: "width", value: 1280 } });
  try {
    return drawing.render().asPng();
  } finally {
    drawing.free();
  }
}

const asXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
