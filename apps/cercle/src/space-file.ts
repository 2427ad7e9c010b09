// One declarative file for a whole sandbox (other people's CI): which space, which settings, and what is in it from the start.
// Each item of a section becomes one command of the room that owns it, so that whatever a command can do a file can.
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { type ApiRequest, type CommandContext, type Json, type Language, Refusal, say } from "@cercle/kernel";
import { z } from "zod";
import { findCommand, parseCommandLine } from "./command-line/parse.ts";
import { roomCommands } from "./commands.ts";
import { programErrors } from "./errors.ts";

/** In the order they are applied: the clock before what is recorded under it, people before what is theirs. */
const sections = [
  { name: "clock", room: "governance", words: ["clock", "set"] },
  { name: "people", room: "directory", words: ["people", "add"] },
  { name: "clients", room: "connect", words: ["client", "add"] },
  { name: "cards", room: "card", words: ["card", "create"] },
  { name: "e_cps", room: "e-cps", words: ["e-cps", "activate"] },
  { name: "operators", room: "mail", words: ["operator", "add"] },
  { name: "mailboxes", room: "mail", words: ["mailbox", "add"] },
  { name: "accounts", room: "accounts", words: ["account", "invite"] },
] as const;

export type SpaceFile = {
  /** Folder of the space, or the name of one of ours. */
  readonly space?: string | undefined;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly items: readonly { readonly section: string; readonly index: number; readonly args: readonly string[] }[];
};

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const fields = z.record(z.string(), z.union([scalar, z.record(z.string(), scalar), z.array(z.union([scalar, z.record(z.string(), scalar)]))]));
const section = z.union([scalar, z.array(z.union([z.string(), fields]))]);
type Fields = z.output<typeof fields>;

/** Reads and checks the file as a whole: unknown sections, options that no command has. Nothing is started. */
export function readSpaceFile(path: string): SpaceFile {
  let content: Record<string, unknown>;
  try {
    content = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw programErrors.refuse("program.bad-space-file", { params: { problem: describe(cause) }, cause });
  }
  const { space, settings, ...rest } = content;
  const known = ["space", "settings", ...sections.map(({ name }) => name)];
  const stranger = Object.keys(rest).find((name) => !known.includes(name));
  if (stranger !== undefined) throw programErrors.refuse("program.unknown-section", { params: { section: stranger, known: known.join(", ") } });
  const folder = z.string().optional().safeParse(space);
  const given = z.record(z.string(), z.unknown()).default({}).safeParse(settings);
  if (!folder.success || !given.success) {
    throw programErrors.refuse("program.bad-space-file", { params: { problem: folder.success ? "settings: {…}" : 'space: "…"' } });
  }
  return {
    space: folder.data && !isAbsolute(folder.data) && folder.data.startsWith(".") ? resolve(join(dirname(path), folder.data)) : folder.data,
    settings: given.data,
    items: sections.flatMap(({ name, room, words }) => (rest[name] === undefined ? [] : readSection(name, room, words, rest[name]))),
  };
}

function readSection(name: string, room: string, words: readonly string[], value: unknown): SpaceFile["items"] {
  const parsed = section.safeParse(value);
  if (!parsed.success) throw programErrors.refuse("program.bad-space-file", { params: { problem: `${name}: ${describe(parsed.error)}` } });
  const command = findCommand(roomCommands, words);
  if (!command || command.words.length !== words.length) throw programErrors.refuse("program.absent-section", { params: { section: name, room } });
  const items = Array.isArray(parsed.data) ? parsed.data : [String(parsed.data)];
  return items.map((item, index) => {
    const args = [...words, ...(typeof item === "string" ? [item] : argsOf(item, command.positions ?? []))];
    inItem(name, index, () => parseCommandLine(roomCommands, args));
    return { section: name, index, args };
  });
}

/** `{ redirect_uri: [a, b], ciba: true }` → `--redirect-uri a --redirect-uri b --ciba`; the names of positions come first, bare. */
function argsOf(item: Fields, positions: readonly string[]): readonly string[] {
  const bare = positions.flatMap((position) => (item[position.toLowerCase()] === undefined ? [] : [text(item[position.toLowerCase()])]));
  const named = Object.entries(item)
    .filter(([key]) => !positions.includes(key.toUpperCase()))
    .flatMap(([key, value]) => {
      const option = `--${key.replaceAll("_", "-")}`;
      if (value === true) return [option];
      if (value === false) return [];
      return (Array.isArray(value) ? value : [value]).flatMap((one) => [option, text(one)]);
    });
  return [...bare, ...named];
}

function text(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value)
    .map(([key, member]) => `${key}=${member}`)
    .join(",");
}

/** Applies every item in order, each through its room's command; files that commands write go to `folder`. Answers what each said, by section. */
export async function applySpaceFile(
  file: SpaceFile,
  { ask, language, folder }: { ask(request: ApiRequest): Promise<unknown>; language: Language; folder: string },
): Promise<Readonly<Record<string, Json[]>>> {
  const results: Record<string, Json[]> = {};
  const context: CommandContext = {
    language,
    json: true,
    ask,
    print: () => undefined,
    readFile: (path) => readFile(path),
    // What a command writes (keys, certificates) lies with the data, wherever the program was started.
    writeFile: (path, content, mode = 0o600) => writeFile(resolve(folder, path), content, { mode }),
    interrupted: new AbortController().signal,
  };
  for (const { section: name, index, args } of file.items) {
    const { command, input } = parseCommandLine(roomCommands, args);
    const result = await inItemAsync(name, index, language, () => command.run(input, context));
    results[name] = [...(results[name] ?? []), (result ?? null) as Json];
  }
  return results;
}

function inItem<T>(name: string, index: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw refusedItem(name, index, "en", error);
  }
}

async function inItemAsync<T>(name: string, index: number, language: Language, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw refusedItem(name, index, language, error);
  }
}

function refusedItem(name: string, index: number, language: Language, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const reason = say(error.text, language, error.params);
  return programErrors.refuse("program.section-refused", { params: { section: name, index: index + 1, reason }, cause: error });
}

function describe(cause: unknown): string {
  return cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : String(cause);
}
