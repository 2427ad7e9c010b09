// The colours and the mark of a space, as a style sheet and a picture. Whatever accent a space chooses, text in it stays legible:
// it is darkened, or lightened on dark, until it passes WCAG 2.2 AA (1.4.3) on every surface that carries it.

export type Look = {
  /** `#rrggbb`. */
  readonly accent: string;
  readonly accentDark: string;
  /** The space's own SVG; the open ring of Cercle without one. */
  readonly logo?: string | undefined;
};

type Colour = readonly [number, number, number];
type Theme = { readonly surfaces: readonly Colour[]; readonly wash: Colour; readonly washShare: number; readonly away: Colour; readonly ink: Colour };

const white: Colour = [255, 255, 255];
const black: Colour = [0, 0, 0];
const enough = 4.5;

/** The surfaces of `tokens.css`. */
const light: Theme = { surfaces: ["#fbfaf7", "#ffffff", "#f3f1ea"].map(parse), wash: white, washShare: 0.12, away: black, ink: parse("#1c2430") };
const dark: Theme = { surfaces: ["#14181d", "#1b2027", "#10141a"].map(parse), wash: parse("#1b2027"), washShare: 0.18, away: white, ink: parse("#06211f") };

/** Overrides of the tokens, light and dark. */
export function buildLook({ accent, accentDark }: Look): string {
  return `:root{${tokens(accent, light)}}\n@media (prefers-color-scheme: dark){:root{${tokens(accentDark, dark)}}}\n`;
}

/** The mark as a picture of its own: the tab's icon and the head of pages. */
export function buildMark({ accent, accentDark, logo }: Look): string {
  if (logo) return logo;
  const [onLight, onDark] = [write(legible(parse(accent), light)), write(legible(parse(accentDark), dark))];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><style>g{color:${onLight}}@media(prefers-color-scheme:dark){g{color:${onDark}}}</style><g><circle cx="16" cy="16" r="12.5" fill="none" stroke="currentColor" stroke-width="3.4" stroke-dasharray="66 13" transform="rotate(-58 16 16)"/><circle cx="16" cy="16" r="4.2" fill="currentColor"/></g></svg>`;
}

function tokens(given: string, theme: Theme): string {
  const accent = legible(parse(given), theme);
  const ink = contrast(accent, white) >= enough ? white : theme.ink;
  return `--accent:${write(accent)};--accent-ink:${write(ink)};--accent-wash:${write(washOf(accent, theme))}`;
}

const washOf = (accent: Colour, { wash, washShare }: Theme): Colour => mix(accent, wash, washShare);

function legible(accent: Colour, theme: Theme): Colour {
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(theme.away, accent, share);
    if ([...theme.surfaces, washOf(tried, theme)].every((surface) => contrast(tried, surface) >= enough)) return tried;
  }
  return theme.away;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
export function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

function luminance(colour: Colour): number {
  const [r = 0, g = 0, b = 0] = colour.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function mix(over: Colour, under: Colour, share: number): Colour {
  const part = (i: 0 | 1 | 2): number => Math.round(over[i] * share + under[i] * (1 - share));
  return [part(0), part(1), part(2)];
}

export function parse(text: string): Colour {
  const part = (at: number): number => Number.parseInt(text.slice(at, at + 2), 16);
  return [part(1), part(3), part(5)];
}

function write(colour: Colour): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
