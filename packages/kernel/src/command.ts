// A command of `cercle`, declared as data next to the route it calls. Every command is one request to the API:
// beside a running server it goes over the control socket, without one the program starts the rooms, asks, and stops.
import type { Language, Text } from "./texts.ts";

export type CommandOption = {
  /** `--redirect-uri` is `redirect-uri`. */
  readonly name: string;
  readonly about: Text;
  readonly kind: "text" | "flag" | "list";
  readonly required?: boolean;
};

export type CommandInput = {
  /** Words after the command's own. */
  readonly words: readonly string[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
  list(name: string): readonly string[];
};

export type ApiRequest = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** An API key: the request is its account's, not that of the operator of the machine. */
  readonly key?: string | undefined;
};
export type ApiReply = { readonly status: number; readonly body: unknown };

/** What a command that is more than one request may do. Output goes through `print`, never to the console. */
export type CommandContext = {
  readonly language: Language;
  readonly json: boolean;
  /** Asks the API as the operator of this machine; a refusal (status ≥ 400) is thrown and printed by the program. */
  ask(request: ApiRequest): Promise<unknown>;
  print(text: string): void;
  readFile(path: string): Promise<Uint8Array>;
  writeFile(path: string, content: Uint8Array | string, mode?: number): Promise<void>;
  /** Ends when the person interrupts (Ctrl-C). */
  readonly interrupted: AbortSignal;
};

export type Command = {
  /** `["client", "add"]`. */
  readonly words: readonly string[];
  readonly about: Text;
  /** Named positions after the words, for the help line: `["CARD"]`. */
  readonly positions?: readonly string[];
  readonly options?: readonly CommandOption[];
  /** Works on files alone: no server is looked for and no room is started. */
  readonly alone?: boolean;
  /** Returns what `--json` prints; `human` turns it into lines otherwise. */
  run(input: CommandInput, context: CommandContext): Promise<unknown>;
  human?(result: unknown, language: Language): string | Promise<string>;
};
