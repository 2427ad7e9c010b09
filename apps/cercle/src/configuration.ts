// Configuration: one JSON file plus environment, checked whole against the settings of all rooms before anything starts.
import { readFileSync } from "node:fs";
import { readSettings, type SettingProblem } from "@cercle/kernel";
import { findDataFolder } from "./data-folder.ts";
import { programErrors } from "./errors.ts";
import { allSettings } from "./rooms.ts";

export type Configuration = {
  /** Typed by what the caller knows of the setting's schema; checked at reading. */
  get<T>(key: string): T;
  readonly dataFolder: string;
};

export type Sources = {
  file?: string | undefined;
  overrides?: Readonly<Record<string, unknown>>;
  environment?: Readonly<Record<string, string | undefined>>;
};

/** Every problem at once, or the configuration. */
export function checkConfiguration({ file, overrides = {}, environment = process.env }: Sources): {
  configuration?: Configuration;
  problems: readonly SettingProblem[];
} {
  const place = file ?? environment.CERCLE_CONFIG;
  let content: Record<string, unknown> = {};
  try {
    if (place) content = flatten(JSON.parse(readFileSync(place, "utf8")));
  } catch (error) {
    return { problems: [{ key: place ?? "", problem: error instanceof Error ? error.message : String(error) }] };
  }
  const fromUrl = environment.DATABASE_URL ? { "store.database_url": environment.DATABASE_URL } : {};
  const { values, problems } = readSettings(allSettings(), { ...fromUrl, ...content, ...overrides }, environment);
  if (problems.length > 0) return { problems };
  return {
    problems,
    configuration: { get: <T>(key: string) => values[key] as T, dataFolder: findDataFolder(environment) },
  };
}

/** Throws `program.bad-configuration` with all problems. */
export function loadConfiguration(sources: Sources): Configuration {
  const { configuration, problems } = checkConfiguration(sources);
  if (!configuration) throw programErrors.refuse("program.bad-configuration", { params: { problems: listProblems(problems) } });
  return configuration;
}

export function listProblems(problems: readonly SettingProblem[]): string {
  return problems.map(({ key, problem }) => `  ${key}: ${problem}`).join("\n");
}

/** `{ store: { pool_size: 5 } }` and `{ "store.pool_size": 5 }` mean the same. */
function flatten(value: unknown, prefix = ""): Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return { [prefix]: value };
  const known = allSettings();
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, member]) => {
      const path = prefix === "" ? key : `${prefix}.${key}`;
      return known[path] ? { [path]: member } : flatten(member, path);
    }),
  ) as Record<string, unknown>;
}
