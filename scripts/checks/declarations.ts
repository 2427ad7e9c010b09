// What rooms declare, checked: no secret has a default, every text and error has both languages, codes begin with their room.
import { roomCommands } from "../../apps/cercle/src/commands.ts";
import { rooms } from "../../apps/cercle/src/rooms.ts";

export function checkDeclarations(declared: typeof rooms = rooms): readonly string[] {
  const problems: string[] = [];
  const keys = new Set<string>();
  const once = (key: string): void => {
    if (keys.has(key)) problems.push(`declared twice: ${key}`);
    keys.add(key);
  };
  for (const room of declared) {
    for (const [key, setting] of Object.entries(room.settings ?? {})) {
      once(`setting ${key}`);
      if (setting.secret && "default" in setting) problems.push(`secret with a default: ${key}`);
    }
    for (const catalogue of room.errors ?? []) {
      for (const [code, { text }] of Object.entries(catalogue.declarations)) {
        once(`error ${code}`);
        if (!code.startsWith(`${room.name}.`)) problems.push(`error ${code} does not begin with its room, ${room.name}`);
        if (!text.fr.trim() || !text.en.trim()) problems.push(`error ${code} lacks a language`);
      }
    }
    for (const [key, text] of Object.entries(room.texts ?? {})) {
      once(`text ${key}`);
      if (!key.startsWith(`${room.name}.`)) problems.push(`text ${key} does not begin with its room, ${room.name}`);
      if (!text.fr?.trim() || !text.en?.trim()) problems.push(`text ${key} lacks a language`);
      const parameters = (value: string): string =>
        [...value.matchAll(/\{(\w+)\}/g)]
          .map((match) => match[1])
          .toSorted()
          .join();
      if (parameters(text.fr ?? "") !== parameters(text.en ?? "")) problems.push(`text ${key} has other parameters in its two languages`);
    }
    for (const event of room.events ?? []) once(`event ${event.topic}`);
  }
  for (const command of roomCommands) once(`command ${command.words.join(" ")}`);
  return problems;
}
