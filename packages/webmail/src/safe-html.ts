// HTML of a message, made safe: sanitised, then built again from a table of what may stand in a page of ours.
import { type Html, html } from "@cercle/pages";
import { parseDocument } from "htmlparser2";
import sanitize from "sanitize-html";

/** Element of a message → element of the page. Headings of a message are not headings of the page. */
const elements: Readonly<Record<string, string>> = {
  p: "p",
  div: "div",
  br: "br",
  hr: "hr",
  b: "strong",
  strong: "strong",
  i: "em",
  em: "em",
  u: "u",
  s: "s",
  sub: "sub",
  sup: "sup",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  ul: "ul",
  ol: "ol",
  li: "li",
  dl: "dl",
  dt: "dt",
  dd: "dd",
  // Layout is not a table of facts: rows become lines.
  table: "div",
  tbody: "div",
  thead: "div",
  tr: "p",
  td: "span",
  th: "strong",
  h1: "p",
  h2: "p",
  h3: "p",
  h4: "p",
  h5: "p",
  h6: "p",
  span: "span",
  font: "span",
  center: "div",
};
const alone = new Set(["br", "hr"]);
/** Sanitising costs about 4 s of processor a megabyte of the worst that can be written. */
const longestHtml = 400_000;
const deepest = 100;
const mostNodes = 20_000;

export type Shown = {
  readonly body: Html;
  /** Pictures, scripts, styles and the like were left out. */
  readonly leftOut: boolean;
  /** The end was left out: too long, or too many elements. */
  readonly cut: boolean;
};

/** Never throws; past its limits the rest is left out. `about` are the words for a link's place and a picture. */
export function showHtml(text: string, words: { picture(alt: string): string }): Shown {
  const given = text.slice(0, longestHtml);
  const clean = sanitize(given, {
    allowedTags: [...Object.keys(elements), "a", "img"],
    allowedAttributes: { a: ["href"], img: ["alt"] },
    allowedSchemes: ["https", "mailto"],
    allowProtocolRelative: false,
    nonTextTags: ["script", "style", "textarea", "option", "noscript", "title", "head", "template", "svg", "math"],
    nestingLimit: deepest,
  });
  const leftOut =
    /<(?:script|style|img|iframe|object|embed|form|link|svg|video|audio|picture|input)\b/i.test(given) || /\b(?:background|src)\s*=|url\(/i.test(given);
  let nodes = 0;
  type Node = ReturnType<typeof parseDocument>["children"][number];
  const build = (list: readonly Node[], depth: number): readonly Html[] => (depth > deepest ? [] : list.map((node) => one(node, depth)));
  const one = (node: Node, depth: number): Html => {
    nodes += 1;
    if (nodes > mostNodes) return html``;
    if (node.type === "text") return html`${(node as { data: string }).data}`;
    if (node.type !== "tag") return html``;
    const { name, attribs, children } = node as { name: string; attribs: Record<string, string>; children: Node[] };
    const inside = build(children, depth + 1);
    if (name === "img") return attribs.alt ? html`<span class="soft">[${words.picture(attribs.alt.slice(0, 200))}]</span>` : html``;
    if (name === "a") return link(attribs.href, inside);
    const own = elements[name];
    if (own === undefined) return html`${inside}`;
    if (alone.has(own)) return html`<${own}>`;
    return html`<${own}>${inside}${name === "td" || name === "th" ? " " : ""}</${own}>`;
  };
  return { body: html`${build(parseDocument(clean).children, 0)}`, leftOut, cut: given.length < text.length || nodes > mostNodes };
}

/** A link says where it leads: what is written on it may say something else. */
function link(href: string | undefined, inside: readonly Html[]): Html {
  let place: URL;
  try {
    place = new URL(href ?? "");
  } catch {
    return html`${inside}`;
  }
  if (place.protocol === "mailto:") return html`${inside} <span class="soft small">(${decodeURIComponent(place.pathname).slice(0, 200)})</span>`;
  if (place.protocol !== "https:") return html`${inside}`;
  return html`<a href="${place.href}" rel="noopener noreferrer nofollow" target="_blank">${inside}</a> <span class="soft small">(${place.host})</span>`;
}
