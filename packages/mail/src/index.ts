// An operator of secure mail, and the agency's side of it.
export { type Agency, createAgency, type IncidentKind } from "./agency/agency.ts";
export { agencyRoutes } from "./agency/agency-routes.ts";
export { createPublisher, type Publisher } from "./agency/publisher.ts";
export { createFhirDirectory } from "./alone/fhir-directory.ts";
export { askJson } from "./alone/http.ts";
export { createIndicatorsPost } from "./alone/indicators-post.ts";
export { createBearers } from "./alone/issuers.ts";
export { createOutsidePublication } from "./alone/publication.ts";
export { neededAlone } from "./alone/settings.ts";
export { autoconfigurationRoutes } from "./autoconfiguration.ts";
export { mailErrors } from "./errors.ts";
export { folderChanged, whitelistPublished } from "./events.ts";
export type { InnerServerSettings } from "./gateway/inner-server.ts";
export { watchFolders } from "./mailboxes/folder-watch.ts";
export { type Operator, openOperator } from "./operator.ts";
export { agreementPath, guidePath, publicMailRoutes, whitelistRoutes } from "./pages/public-pages.ts";
export type { DomainRight, MailPeople, MailRights, PeerVerdict, Publication, VerifyBearer } from "./ports.ts";
export { type MailSurface, mailRoutes } from "./routes.ts";
export { workRobot } from "./sandbox/robots.ts";
export { sandboxMailRoutes } from "./sandbox/sandbox-routes.ts";
export { mailSettings } from "./settings.ts";
export { formPatientAddress, type PatientRefusal, type PatientRules } from "./submission/patient-address.ts";
export { buildReceipt, type IntegrationError, integrationErrors } from "./submission/receipts.ts";
export { mailTexts } from "./texts.ts";
export { nameOfCertificate } from "./trust/certificate-name.ts";
export { createOutsidePeers } from "./trust/outside-peers.ts";
export { createRevocation } from "./trust/revocation.ts";
export { rememberVerdicts } from "./trust/verdicts.ts";
export { fetchBytes, followWhitelist } from "./trust/whitelist-source.ts";
export { type DeliverIndicators, followMonths } from "./watching/monthly.ts";
export { createWatch } from "./watching/watch.ts";
/** The migrations of one operator's schema. */
export const mailMigrations = (operator: string) => ({ room: `mail_${operator}`, folder: new URL("../migrations", import.meta.url) });
/** Those of the agency's side. */
export const agencyMigrations = { room: "mail_agency", folder: new URL("../migrations-agency", import.meta.url) };
