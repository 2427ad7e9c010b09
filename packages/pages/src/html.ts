// HTML as a template tag that escapes by itself. What is not `Html` is text; there is no way to put a string in raw.
const safe = Symbol("html");

export type Html = { readonly [safe]: string };
export type Part = Html | string | number | undefined | null | false | readonly Part[];

/** Builds escaped HTML. Arrays are joined; undefined, null and false are nothing. Attribute values must be quoted in the template. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = strings[0] ?? "";
  parts.forEach((part, i) => {
    text += render(part) + (strings[i + 1] ?? "");
  });
  return { [safe]: text };
}

/** The finished document's text. */
export function renderHtml(page: Html): string {
  return page[safe];
}

function render(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  if (Array.isArray(part)) return part.map(render).join("");
  return (part as Html)[safe];
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (c) => `&#${c.charCodeAt(0)};`);
}
