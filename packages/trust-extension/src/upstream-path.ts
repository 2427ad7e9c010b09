// Where a request is relayed to: always inside the base it was given, whatever the path says.

/** Longest path with query, characters. */
const longest = 4096;
/** RFC 3986 §3.3 and §3.4, nothing else: no control character, no backslash, no second meaning. */
const pathForm = /^(?:[\w\-.~!$&'()*+,;=:@/]|%[\da-f]{2})*$/i;
const queryForm = /^(?:[\w\-.~!$&'()*+,;=:@/?[\]|]|%[\da-f]{2})*$/i;
/** Escapes that some server reads as a separator, or as a control character. */
const refused = /%(?:2f|5c|[01][\da-f]|7f)/i;

/** `base` ends with `/`; `rest` is raw, after the base's slash, query apart. Undefined when it would leave the base. */
export function joinInside(base: URL, rest: string, query: string): URL | undefined {
  if (rest.length + query.length > longest || !pathForm.test(rest) || refused.test(rest) || !queryForm.test(query)) return undefined;
  const segments = rest.split("/").map((segment) => segment.replaceAll(/%2e/gi, "."));
  if (segments.some((segment, index) => segment === "." || segment === ".." || (segment === "" && index < segments.length - 1))) return undefined;
  const joined = URL.parse(`${base.href}${rest}${query === "" ? "" : `?${query}`}`);
  return joined && joined.origin === base.origin && joined.pathname.startsWith(base.pathname) && !joined.username ? joined : undefined;
}
