// Pages of a mail operator's administrators.
export type { ConsolePorts, Reader } from "./ports.ts";
export { consoleRoutes } from "./routes.ts";
export { consoleTexts } from "./texts.ts";
