// `npm run bench NAME`: runs `bench/NAME.ts`, alone; without a name says which there are.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../bench");
const [name, ...rest] = process.argv.slice(2);
const file = join(folder, `${name}.ts`);
if (!name || !/^[a-z-]+$/.test(name) || !existsSync(file)) {
  const names = readdirSync(folder).flatMap((entry) => (entry.endsWith(".ts") ? [entry.slice(0, -3)] : []));
  console.log(`npm run bench NAME: ${names.join(", ")}`);
  process.exitCode = name ? 2 : 0;
} else {
  process.exitCode = spawnSync(process.execPath, [file, ...rest], { stdio: "inherit" }).status ?? 1;
}
