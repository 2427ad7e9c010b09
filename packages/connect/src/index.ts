// The OpenID provider.
export { type Connect, type ConnectParts, createConnect } from "./connect.ts";
export type { Origins } from "./environment.ts";
export { connectErrors } from "./errors.ts";
export type {
  Activity,
  ApprovalRequest,
  ApprovalState,
  Approvals,
  CertificateVerdict,
  ClientDoor,
  ClientRight,
  Directory,
  Environment,
  Exercise,
  Professional,
  VerifyClientCertificate,
} from "./ports.ts";
export { connectRoutes } from "./routes.ts";
export { connectSettings } from "./settings.ts";
export { terminalRoutes } from "./sign-in/terminal-routes.ts";
export { connectTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const connectMigrations = { room: "connect", folder: new URL("../migrations", import.meta.url) };
