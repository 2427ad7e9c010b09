// An operator of secure mail.
import { mailCommands } from "./commands.ts";

export { nameOfCertificate } from "./certificate-name.ts";
export { mailErrors } from "./errors.ts";
export { folderChanged, whitelistPublished } from "./events.ts";
export type { Mailboxes, MailboxKind } from "./mailboxes.ts";
export { type Operator, type OperatorOptions, openOperator } from "./operator.ts";
export type { DomainRight, MailRights, PeerVerdict } from "./ports.ts";
export { createPublisher, type ListedDomain, type Publisher } from "./publisher.ts";
export { type MailSurface, mailRoutes } from "./routes.ts";
export { makeSealedKey } from "./sealing.ts";
export { mailSettings } from "./settings.ts";
export { mailCommands };

/** The migrations of one operator's schema. */
export const mailMigrations = (operator: string) => ({ room: `mail_${operator}`, folder: new URL("../migrations", import.meta.url) });
