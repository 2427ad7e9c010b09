// Settings: each room declares the keys it reads; the program collects them, reads one file plus environment,
// and stops with every problem listed when a key is unknown, missing or wrong. No secret has a default.
import { z } from "zod";

export type Setting<T = unknown> = {
  readonly schema: z.ZodType<T>;
  /** One English line for `docs/configuration.md`. */
  readonly about: string;
  /** Printed nowhere, and may have no default. */
  readonly secret?: boolean;
  readonly default?: T;
};
export type Settings = Readonly<Record<string, Setting>>;

/** The values that a declaration yields. */
export type SettingValues<S extends Settings> = { readonly [K in keyof S]: z.output<S[K]["schema"]> };

/** Declares a room's settings; keys are dotted: `store.database_url`. */
export function defineSettings<const S extends Settings>(settings: S): S {
  return settings;
}

/** `store.database_url` → `CERCLE_STORE_DATABASE_URL`; a dash becomes `_` too, since a shell cannot name it otherwise. */
export function environmentName(key: string): string {
  return `CERCLE_${key.replace(/[.-]/g, "_").toUpperCase()}`;
}

export type SettingProblem = { key: string; problem: string };
export type SettingsReading = { values: Readonly<Record<string, unknown>>; problems: readonly SettingProblem[] };

/** Reads all declared settings from flat sources (file first, environment wins). Never throws: problems are listed together. */
export function readSettings(
  declared: Settings,
  file: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): SettingsReading {
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(file)) if (!declared[key]) problems.push({ key, problem: "unknown setting" });
  const names = new Set(Object.keys(declared).map(environmentName));
  for (const name of Object.keys(environment)) {
    if (name.startsWith("CERCLE_") && !names.has(name) && !environmentOnly.has(name)) problems.push({ key: name, problem: "unknown setting" });
  }
  for (const [key, setting] of Object.entries(declared)) {
    const fromEnvironment = environment[environmentName(key)];
    const given = fromEnvironment === undefined ? file[key] : parseEnvironment(fromEnvironment);
    if (given === undefined) {
      if ("default" in setting) values[key] = setting.default;
      else if (!setting.schema.safeParse(undefined).success) problems.push({ key, problem: "missing" });
      continue;
    }
    const parsed = setting.schema.safeParse(given);
    if (parsed.success) values[key] = parsed.data;
    else problems.push({ key, problem: setting.secret ? "wrong value" : z.prettifyError(parsed.error) });
  }
  return { values, problems };
}

/** Read by the launcher before any setting exists. */
const environmentOnly = new Set(["CERCLE_DATA", "CERCLE_CONFIG", "CERCLE_LAUNCHED", "CERCLE_TEST_ONLY"]);

function parseEnvironment(text: string): unknown {
  if (/^(true|false|null|-?\d+(\.\d+)?|[[{].*)$/s.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return text;
}
