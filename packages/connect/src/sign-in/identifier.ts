// What a person types as their identifier, and the national identifier it means.

/**
 * RPPS with or without the leading 8, `<structure>/<internal>`, or `ANS…`. Undefined when it is none of these.
 * psc.md §4: 12 digits, `8` + RPPS; the usual slip is to leave the 8 out.
 */
export function parseIdentifier(typed: string): string | undefined {
  const text = typed.replace(/[\s.\u00a0\u202f-]/g, "").toUpperCase();
  if (/^8\d{11}$/.test(text)) return text;
  if (/^\d{11}$/.test(text)) return `8${text}`;
  if (/^[0-9A-Z]{5,20}\/[0-9A-Z]{1,30}$/.test(text)) return text;
  if (/^ANS\d{8,20}$/.test(text)) return text;
  return undefined;
}

/** `f:<uuid>:<national id>` → national id. */
export function nationalIdOf(subject: string): string {
  return subject.split(":").slice(2).join(":");
}
