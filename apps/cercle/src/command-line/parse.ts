// From the words of a command line to one command and its input. Pure.
import { type Command, type CommandInput, type CommandOption, type Language, say } from "@cercle/kernel";
import { programErrors } from "../errors.ts";
import { programTexts } from "../texts.ts";

export type Parsed = { readonly command: Command; readonly input: CommandInput; readonly json: boolean; readonly help: boolean };

/** The command with the most words that begin the line. */
export function findCommand(commands: readonly Command[], args: readonly string[]): Command | undefined {
  return commands.filter((command) => command.words.every((word, i) => args[i] === word)).toSorted((a, b) => b.words.length - a.words.length)[0];
}

/** Throws `program.unknown-command`, `program.bad-option`, `program.missing-option`. */
export function parseCommandLine(commands: readonly Command[], args: readonly string[]): Parsed {
  const command = findCommand(commands, args);
  if (!command) throw programErrors.refuse("program.unknown-command", { params: { command: args.slice(0, 2).join(" ") } });
  const name = command.words.join(" ");
  const options = new Map<string, CommandOption>((command.options ?? []).map((option) => [option.name, option]));
  const values = new Map<string, string[]>();
  const words: string[] = [];
  let json = false;
  let help = false;
  const rest = args.slice(command.words.length);
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] ?? "";
    if (!word.startsWith("--") || word === "--") {
      words.push(word);
      continue;
    }
    const [key = "", inline] = word.slice(2).split(/=(.*)/s, 2);
    if (key === "json") json = true;
    else if (key === "help") help = true;
    else {
      const option = options.get(key);
      if (!option) throw programErrors.refuse("program.bad-option", { params: { problem: `--${key} ?`, command: name } });
      const value = option.kind === "flag" ? "true" : (inline ?? rest[++i]);
      if (value === undefined) throw programErrors.refuse("program.missing-option", { params: { option: key, command: name } });
      values.set(key, [...(values.get(key) ?? []), ...(option.kind === "list" ? value.split(",") : [value])]);
    }
  }
  if (!help) {
    for (const option of options.values()) {
      if (option.required && !values.has(option.name)) throw programErrors.refuse("program.missing-option", { params: { option: option.name, command: name } });
    }
  }
  return {
    command,
    json,
    help,
    input: { words, text: (key) => values.get(key)?.at(-1), flag: (key) => values.has(key), list: (key) => values.get(key) ?? [] },
  };
}

/** The help of one command. */
export function describeCommand(command: Command, language: Language): string {
  const head = `cercle ${[...command.words, ...(command.positions ?? [])].join(" ")}`;
  const required = say(programTexts["program.required"], language);
  const lines = (command.options ?? []).map((option) => {
    const shape = option.kind === "flag" ? `--${option.name}` : `--${option.name} ${option.kind === "list" ? "A,B" : "…"}`;
    return `  ${shape.padEnd(28)} ${say(option.about, language)}${option.required ? ` (${required})` : ""}`;
  });
  return [`${head}`, `  ${say(command.about, language)}`, ...(lines.length > 0 ? ["", say(programTexts["program.options"], language), ...lines] : [])].join(
    "\n",
  );
}

/** All commands, a line each. */
export function describeCommands(commands: readonly Command[], language: Language): string {
  const lines = commands.map((command) => `  ${[...command.words, ...(command.positions ?? [])].join(" ").padEnd(34)} ${say(command.about, language)}`);
  return [say(programTexts["program.usage"], language), "", ...lines.toSorted()].join("\n");
}
