// An operator of secure mail, and the agency's side of it.
import { mailCommands as commands } from "./commands.ts";
import { operatorCommands } from "./operator-commands.ts";
import { watchingCommands } from "./watching-commands.ts";

export { type Agency, createAgency, type IncidentKind } from "./agency.ts";
export { agencyRoutes } from "./agency-routes.ts";
export { autoconfigurationRoutes } from "./autoconfiguration.ts";
export { nameOfCertificate } from "./certificate-name.ts";
export { mailErrors } from "./errors.ts";
export { folderChanged, whitelistPublished } from "./events.ts";
export { watchFolders } from "./folder-watch.ts";
export type { InnerServerSettings } from "./inner-server.ts";
export { followMonths } from "./monthly.ts";
export { type Operator, openOperator } from "./operator.ts";
export { createOutsidePeers } from "./outside-peers.ts";
export { agreementPath, guidePath, publicMailRoutes } from "./pages/public-pages.ts";
export { formPatientAddress, type PatientRefusal, type PatientRules } from "./patient-address.ts";
export type { DomainRight, MailPeople, PeerVerdict, Publication, VerifyBearer } from "./ports.ts";
export { createPublisher, type Publisher } from "./publisher.ts";
export { buildReceipt, type IntegrationError, integrationErrors } from "./receipts.ts";
export { createRevocation } from "./revocation.ts";
export { workRobot } from "./robots.ts";
export { type MailSurface, mailRoutes } from "./routes.ts";
export { sandboxMailRoutes } from "./sandbox-routes.ts";
export { mailSettings } from "./settings.ts";
export { mailTexts } from "./texts.ts";
export { rememberVerdicts } from "./verdicts.ts";
export { createWatch } from "./watch.ts";
export { fetchBytes, followWhitelist } from "./whitelist-source.ts";
export const mailCommands = [...commands, ...operatorCommands, ...watchingCommands];

/** The migrations of one operator's schema. */
export const mailMigrations = (operator: string) => ({ room: `mail_${operator}`, folder: new URL("../migrations", import.meta.url) });
/** Those of the agency's side. */
export const agencyMigrations = { room: "mail_agency", folder: new URL("../migrations-agency", import.meta.url) };
