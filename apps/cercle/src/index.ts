// For Node programs and tests that start a space themselves.
export { type Configuration, loadConfiguration } from "./configuration.ts";
export type { House } from "./house.ts";
export { rooms } from "./rooms.ts";
export type { Cercle } from "./start.ts";
export { type Sandbox, type SandboxOptions, startCercle } from "./start-sandbox.ts";
export type { TableRow } from "./table.ts";
