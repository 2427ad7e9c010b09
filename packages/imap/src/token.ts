// From one whole command (text and literals) to tokens (RFC 3501 §9). Pure; bounded by the reader that feeds it.

export class SyntaxFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SyntaxFault";
  }
}

export type Token =
  /** Atoms, numbers, sequence sets, flags, `BODY[HEADER.FIELDS (DATE)]<0.10>`: as written. */
  | { readonly kind: "atom"; readonly text: string }
  /** Quoted strings and literals. */
  | { readonly kind: "string"; readonly bytes: Buffer }
  | { readonly kind: "list"; readonly items: readonly Token[] };

/** Text between literals: `parts[0] literal[0] parts[1] …`. */
export type RawCommand = { readonly parts: readonly Buffer[]; readonly literals: readonly Buffer[] };

const maximumDepth = 12;
const maximumTokens = 5000;

/** The tag, the command's name in upper case, and its arguments. Throws `SyntaxFault`. */
export function tokenise(raw: RawCommand): readonly Token[] {
  let count = 0;
  let part = 0;
  let text = (raw.parts[0] ?? Buffer.alloc(0)).toString("latin1");
  let at = 0;

  const bounded = (token: Token): Token => {
    count += 1;
    if (count > maximumTokens) throw new SyntaxFault("too many arguments");
    return token;
  };
  const readList = (depth: number, closing: boolean): Token[] => {
    if (depth > maximumDepth) throw new SyntaxFault("too deep");
    const items: Token[] = [];
    for (;;) {
      if (at >= text.length) {
        if (part < raw.literals.length) {
          const literal = raw.literals[part] ?? Buffer.alloc(0);
          items.push(bounded({ kind: "string", bytes: literal }));
          part += 1;
          text = (raw.parts[part] ?? Buffer.alloc(0)).toString("latin1");
          at = 0;
          continue;
        }
        if (closing) throw new SyntaxFault("a parenthesis is missing");
        return items;
      }
      const c = text.charAt(at);
      if (c === " ") at += 1;
      else if (c === "(") {
        at += 1;
        items.push(bounded({ kind: "list", items: readList(depth + 1, true) }));
      } else if (c === ")") {
        if (!closing) throw new SyntaxFault("a parenthesis too many");
        at += 1;
        return items;
      } else if (c === '"') items.push(bounded(readQuoted()));
      else items.push(bounded(readAtom()));
    }
  };
  const readQuoted = (): Token => {
    let value = "";
    at += 1;
    for (; at < text.length; at++) {
      const c = text.charAt(at);
      if (c === '"') {
        at += 1;
        return { kind: "string", bytes: Buffer.from(value, "latin1") };
      }
      if (c === "\\") at += 1;
      value += text.charAt(at);
    }
    throw new SyntaxFault("a quote is missing");
  };
  const readAtom = (): Token => {
    const start = at;
    while (at < text.length) {
      const c = text.charAt(at);
      if (c === "[") {
        // A section belongs to its atom, with the spaces, parentheses and quotes it holds.
        const end = text.indexOf("]", at);
        if (end < 0) throw new SyntaxFault("a bracket is missing");
        at = end + 1;
      } else if (c === " " || c === "(" || c === ")" || c === '"') break;
      else if (c < " " || c === "\x7f") throw new SyntaxFault("a control character");
      else at += 1;
    }
    return { kind: "atom", text: text.slice(start, at) };
  };
  return readList(0, false);
}

/** Takes arguments one after the other; each reading says what it expected. */
export class Arguments {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get done(): boolean {
    return this.#at >= this.#tokens.length;
  }

  peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  next(): Token {
    const token = this.#tokens[this.#at];
    if (!token) throw new SyntaxFault("an argument is missing");
    this.#at += 1;
    return token;
  }

  /** An atom, as written. */
  atom(): string {
    const token = this.next();
    if (token.kind !== "atom") throw new SyntaxFault("a word is expected");
    return token.text;
  }

  /** An atom in upper case, when the next argument is one of these. */
  optional(...words: readonly string[]): string | undefined {
    const token = this.peek();
    if (token?.kind !== "atom") return undefined;
    const word = token.text.toUpperCase();
    if (!words.includes(word)) return undefined;
    this.#at += 1;
    return word;
  }

  /** An atom or a string, as UTF-8. */
  text(): string {
    const token = this.next();
    if (token.kind === "list") throw new SyntaxFault("a text is expected");
    return token.kind === "atom" ? Buffer.from(token.text, "latin1").toString("utf8") : token.bytes.toString("utf8");
  }

  bytes(): Buffer {
    const token = this.next();
    if (token.kind !== "string") throw new SyntaxFault("a literal is expected");
    return token.bytes;
  }

  list(): Arguments {
    const token = this.next();
    if (token.kind !== "list") throw new SyntaxFault("a list is expected");
    return new Arguments(token.items);
  }

  number(): number {
    const text = this.atom();
    if (!/^\d{1,15}$/.test(text)) throw new SyntaxFault("a number is expected");
    return Number(text);
  }

  end(): void {
    if (!this.done) throw new SyntaxFault("too many arguments");
  }
}
