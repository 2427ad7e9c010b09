// Distinguished names as text (RFC 4514, and the quoted form of RFC 2253 §4), compared as parsed RDNs: real lists and
// certificates write the same name quoted and unquoted, with and without spaces after commas, with non-breaking and double spaces.

export type Rdn = readonly { readonly type: string; readonly value: string }[];

/** From text to RDNs, leftmost first. A text that is no name gives undefined. */
export function parseName(text: string): readonly Rdn[] | undefined {
  const rdns: Rdn[] = [];
  for (const part of split(text, ",")) {
    const rdn: { type: string; value: string }[] = [];
    for (const pair of split(part, "+")) {
      const equals = pair.indexOf("=");
      if (equals < 1) return undefined;
      const type = pair.slice(0, equals).trim().toUpperCase();
      if (!/^([A-Z][A-Z0-9-]*|\d+(\.\d+)*)$/.test(type)) return undefined;
      rdn.push({ type: aliases[type] ?? type, value: unquote(pair.slice(equals + 1).trim()) });
    }
    rdns.push(rdn);
  }
  return rdns.length > 0 ? rdns : undefined;
}

const aliases: Readonly<Record<string, string>> = {
  DOMAINCOMPONENT: "DC",
  "0.9.2342.19200300.100.1.25": "DC",
  "0.9.2342.19200300.100.1.1": "UID",
  S: "ST",
  "2.5.4.3": "CN",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
};

/**
 * One text per name: two names are the same when their keys are equal. Values are folded as RFC 4518 asks of caseIgnoreMatch
 * (white space runs, case, compatibility forms); the order of RDNs does not count, since certificates and lists print it both ways.
 */
export function nameKey(text: string): string | undefined {
  const rdns = parseName(text);
  if (!rdns) return undefined;
  return rdns.map(rdnKey).toSorted().join(",");
}

/** One text per RDN: two RDNs are the same when their keys are equal. For trees, where the order of RDNs counts. */
export function rdnKey(rdn: Rdn): string {
  return rdn
    .map(({ type, value }) => `${type}=${fold(value)}`)
    .toSorted()
    .join("+");
}

/** Whether two texts name the same entity. A text that is no name is the same as nothing. */
export function sameName(a: string, b: string): boolean {
  const key = nameKey(a);
  return key !== undefined && key === nameKey(b);
}

function fold(value: string): string {
  return value
    .normalize("NFKC")
    .replace(/[\s\u00a0]+/g, " ")
    .trim()
    .toLowerCase();
}

/** Splits at a separator that is neither escaped nor inside quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === "\\") {
      part += c + text.charAt(i + 1);
      i += 1;
    } else if (c === '"') {
      quoted = !quoted;
      part += c;
    } else if (c === separator && !quoted) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  parts.push(part);
  return parts;
}

/** RFC 4514 §2.4 escapes: `\,` is a comma, `\C3\A9` two bytes of UTF-8. */
function unquote(text: string): string {
  const inner = text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  return inner.replace(/((?:\\[0-9a-fA-F]{2})+)|\\(.)/g, (_, bytes: string | undefined, single: string | undefined) =>
    bytes ? Buffer.from(bytes.replaceAll("\\", ""), "hex").toString("utf8") : (single ?? ""),
  );
}
