// Pages speak two languages: a word written straight into a template exists in one only.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listSources } from "./sources.ts";

/** The product's name and what is the same in every language. */
const neutral = /^(Cercle|OpenAPI|JSON|CSV|FHIR|LDAP|API|[\d\s\p{P}\p{S}]*)$/u;

/** Words that `html` templates carry themselves instead of a text of the catalogue. */
export function checkPageTexts(folder: string, except: readonly RegExp[] = []): readonly string[] {
  return listSources(folder)
    .filter((file) => !except.some((pattern) => pattern.test(file)))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [...text.matchAll(/(?<![.\w])html`/g)].flatMap((match) =>
        bareWords(readTemplate(text, match.index + match[0].length)).map((word) => `${file}: “${word}” is in a template, in one language`),
      );
    });
}

/** The template's own characters, with every `${…}` (templates inside included) left out. */
function readTemplate(text: string, start: number): string {
  let own = "";
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") break;
    else if (text[at] === "$" && text[at + 1] === "{") {
      at = skipExpression(text, at + 2);
      own += "\n";
    } else own += text[at];
  }
  return own;
}

/** Index of the brace that closes the expression. */
function skipExpression(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    const sign = text[at];
    if (sign === "`") at = skipTemplate(text, at + 1);
    else if (sign === '"') at = text.indexOf('"', at + 1);
    else if (sign === "{") depth += 1;
    else if (sign === "}" && --depth === 0) return at;
    if (at < 0) break;
  }
  return text.length;
}

function skipTemplate(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === "`") return at;
    else if (text[at] === "$" && text[at + 1] === "{") at = skipExpression(text, at + 2);
  }
  return text.length;
}

function bareWords(template: string): readonly string[] {
  // A template that begins with a space and has no tag is a piece of one: attributes.
  if (/^\s[^<>]*$/.test(template)) return [];
  return template
    .replace(/<[^>]*>/g, "\n")
    .split("\n")
    .map((piece) => piece.trim())
    .filter((piece) => /\p{L}{2}/u.test(piece) && !neutral.test(piece));
}
