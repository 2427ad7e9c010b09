// The two codes of a card and their tries. Three tries for the holder's code; five for the unblocking code (ours: not published).
export type CodeName = "pin" | "puk";
export type Code = { readonly value: string; readonly tries: number };
/** What outlives a power cut; the caller keeps it before the card's answer is let out. */
export type Codes = Readonly<Record<CodeName, Code>>;

export const maximumTries: Readonly<Record<CodeName, number>> = { pin: 3, puk: 5 };
export const codeLength: Readonly<Record<CodeName, number>> = { pin: 4, puk: 8 };

/** Whether a presented code has the shape of one: ASCII digits, exact length. */
export function isCode(name: CodeName, presented: Uint8Array): boolean {
  return presented.length === codeLength[name] && presented.every((byte) => byte >= 0x30 && byte <= 0x39);
}

export type Presentation = { readonly codes: Codes; readonly right: boolean };

/** Presents a code: the tries fall before the comparison is known, and a right one restores them. A blocked code is never compared. */
export function present(codes: Codes, name: CodeName, presented: Uint8Array): Presentation {
  const code = codes[name];
  if (code.tries <= 0) return { codes, right: false };
  let difference = presented.length ^ code.value.length;
  for (let i = 0; i < code.value.length; i++) difference |= (presented[i] ?? 0) ^ code.value.charCodeAt(i);
  const right = difference === 0;
  return { codes: { ...codes, [name]: { ...code, tries: right ? maximumTries[name] : code.tries - 1 } }, right };
}

/** Replaces the value of a code and restores its tries. */
export function replaceCode(codes: Codes, name: CodeName, value: Uint8Array): Codes {
  return { ...codes, [name]: { value: String.fromCharCode(...value), tries: maximumTries[name] } };
}
