// Header fields (RFC 5322 §2.2): unfolded, in order; parameters of MIME fields (RFC 2045 §5.1, continuations of RFC 2231 left as
// they are, as IMAP clients expect).

export type Headers = {
  /** Unfolded value of the first field with this name (lower case). */
  first(name: string): string | undefined;
  all(name: string): readonly string[];
};

const maximumFields = 2000;

/** Parses a block of header fields; what is no field is passed over. */
export function parseHeaders(block: Buffer): Headers {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const field of splitFields(block)) {
    if (count++ > maximumFields) break;
    const text = decode(field);
    const colon = text.indexOf(":");
    if (colon < 1) continue;
    const name = text.slice(0, colon).trim().toLowerCase();
    const value = text
      .slice(colon + 1)
      .replace(/\r?\n(?=[ \t])/g, "")
      .replace(/[\r\n]+$/, "")
      .trim();
    const known = fields.get(name);
    if (known) known.push(value);
    else fields.set(name, [value]);
  }
  return { first: (name) => fields.get(name)?.[0], all: (name) => fields.get(name) ?? [] };
}

/** Whole fields, each with its folded lines and line ends. */
export function splitFields(block: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  let start = 0;
  while (start < block.length) {
    let end = start;
    do {
      const line = block.indexOf(10, end);
      end = line < 0 ? block.length : line + 1;
    } while (end < block.length && (block[end] === 32 || block[end] === 9));
    const field = block.subarray(start, end);
    if (field.length > 2 || (field[0] !== 13 && field[0] !== 10)) fields.push(field);
    start = end;
  }
  return fields;
}

/** UTF-8 where it is UTF-8 (RFC 6532), else one character a byte. */
function decode(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

export type Parameterised = { readonly value: string; readonly parameters: readonly (readonly [string, string])[] };

/** `text/plain; charset="utf-8"` → value in lower case, parameters in order with names in lower case. */
export function parameterised(text: string | undefined): Parameterised | undefined {
  if (text === undefined) return undefined;
  const [value = "", ...rest] = splitOutsideQuotes(text);
  const parameters = rest.flatMap((parameter): (readonly [string, string])[] => {
    const equals = parameter.indexOf("=");
    if (equals < 1) return [];
    const content = parameter.slice(equals + 1).trim();
    const quoted = content.length >= 2 && content.startsWith('"') && content.endsWith('"');
    return [[parameter.slice(0, equals).trim().toLowerCase(), quoted ? content.slice(1, -1).replace(/\\(.)/g, "$1") : content]];
  });
  return {
    value: value
      .replace(/\([^)]*\)/g, "")
      .trim()
      .toLowerCase(),
    parameters: parameters.slice(0, 50),
  };
}

function splitOutsideQuotes(text: string): readonly string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\\" && quoted) {
      part += c + text.charAt(i + 1);
      i += 1;
    } else if (c === ";" && !quoted) {
      parts.push(part);
      part = "";
    } else {
      if (c === '"') quoted = !quoted;
      part += c;
    }
  }
  parts.push(part);
  return parts;
}
