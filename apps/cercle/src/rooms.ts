// Every room's declarations, collected: what `cercle config check` and `npm run generate` read. Their commands are in `commands.ts`,
// which loads no server. A new room is a line here and a call in `start.ts`.
import { accountsErrors, accountsMigrations, accountsTexts } from "@cercle/accounts";
import { cardErrors, cardMigrations, cardSettings, cardTexts } from "@cercle/card";
import { connectErrors, connectMigrations, connectSettings, connectTexts } from "@cercle/connect";
import { directoryErrors, directoryMigrations, directorySettings, directoryTexts, personChanged, personGone } from "@cercle/directory";
import { distributionErrors, distributionMigrations, distributionSettings, distributionTexts } from "@cercle/distribution";
import { approvalDecided, deviceCalled, deviceEnded, eCpsErrors, eCpsMigrations, eCpsSettings, eCpsTexts } from "@cercle/e-cps";
import {
  decisionMade,
  entryRecorded,
  evidenceErrors,
  evidenceMigrations,
  evidenceSettings,
  evidenceTexts,
  headPublished,
  intakeReceived,
  letterWaiting,
} from "@cercle/evidence";
import {
  clockMoved,
  demoErrors,
  governanceCommandErrors,
  governanceErrors,
  governanceMigrations,
  governanceSettings,
  rightChanged,
  termsAnnounced,
} from "@cercle/governance";
import type { ErrorDeclarations, EventKind, Settings, Texts } from "@cercle/kernel";
import { labelErrors, labelMigrations, labelSettings, labelTexts } from "@cercle/label";
import { lawErrors } from "@cercle/law";
import { agencyMigrations, folderChanged, mailErrors, mailMigrations, mailSettings, mailTexts, whitelistPublished } from "@cercle/mail";
import { consoleTexts } from "@cercle/mail-console";
import { pagesTexts } from "@cercle/pages";
import { certificateRevoked, pkiErrors, pkiMigrations, pkiSettings } from "@cercle/pki";
import { portalTexts } from "@cercle/portal";
import { type RoomMigrations, storeErrors, storeSettings } from "@cercle/store";
import { trustExtensionErrors, trustExtensionMigrations, trustExtensionSettings } from "@cercle/trust-extension";
import { webErrors } from "@cercle/web";
import { webmailErrors, webmailMigrations, webmailSettings, webmailTexts } from "@cercle/webmail";
import { whitelistErrors, whitelistTexts } from "@cercle/whitelist";
import { conformityErrors } from "./conformity/errors.ts";
import { programErrors } from "./errors.ts";
import { homeTexts } from "./home-texts.ts";
import { liveTexts } from "./live-texts.ts";
import { programSettings } from "./settings.ts";
import { programTexts } from "./texts.ts";

export type RoomDeclarations = {
  readonly name: string;
  readonly settings?: Settings;
  readonly errors?: readonly { readonly declarations: ErrorDeclarations }[];
  readonly texts?: Texts;
  readonly events?: readonly EventKind<never>[];
  readonly migrations?: RoomMigrations;
  /** Its tables are those of an operator alone: `too`, or `only`. */
  readonly alone?: "too" | "only";
};

const event = (kind: unknown): EventKind<never> => kind as EventKind<never>;

export const rooms: readonly RoomDeclarations[] = [
  { name: "program", settings: programSettings, errors: [programErrors], texts: { ...programTexts, ...homeTexts, ...liveTexts } },
  { name: "store", settings: storeSettings, errors: [storeErrors] },
  { name: "portal", texts: portalTexts },
  { name: "web", errors: [webErrors] },
  { name: "pages", texts: pagesTexts },
  {
    name: "mail",
    settings: mailSettings,
    errors: [mailErrors],
    texts: mailTexts,
    events: [event(folderChanged), event(whitelistPublished)],
    migrations: mailMigrations("alpha"),
  },
  // The second operator of the demo: the same room in a schema of its own.
  { name: "mail-beta", migrations: mailMigrations("beta") },
  // An operator alone.
  { name: "mail-own", migrations: mailMigrations("own"), alone: "only" },
  { name: "mail-agency", migrations: agencyMigrations, alone: "too" },
  { name: "mail-console", texts: consoleTexts },
  { name: "webmail", settings: webmailSettings, errors: [webmailErrors], texts: webmailTexts, migrations: webmailMigrations, alone: "too" },
  { name: "whitelist", errors: [whitelistErrors], texts: whitelistTexts },
  { name: "law", errors: [lawErrors] },
  {
    name: "evidence",
    settings: evidenceSettings,
    errors: [evidenceErrors],
    texts: evidenceTexts,
    events: [event(entryRecorded), event(headPublished), event(letterWaiting), event(intakeReceived), event(decisionMade)],
    migrations: evidenceMigrations,
    alone: "too",
  },
  {
    name: "governance",
    settings: governanceSettings,
    errors: [governanceErrors, governanceCommandErrors, demoErrors],
    events: [event(rightChanged), event(clockMoved), event(termsAnnounced)],
    migrations: governanceMigrations,
    alone: "too",
  },
  { name: "pki", settings: pkiSettings, errors: [pkiErrors], events: [event(certificateRevoked)], migrations: pkiMigrations, alone: "too" },
  { name: "conformity", errors: [conformityErrors] },
  { name: "card", settings: cardSettings, errors: [cardErrors], texts: cardTexts, migrations: cardMigrations },
  { name: "accounts", errors: [accountsErrors], texts: accountsTexts, migrations: accountsMigrations, alone: "too" },
  {
    name: "directory",
    settings: directorySettings,
    errors: [directoryErrors],
    texts: directoryTexts,
    events: [event(personChanged), event(personGone)],
    migrations: directoryMigrations,
  },
  {
    name: "e-cps",
    settings: eCpsSettings,
    errors: [eCpsErrors],
    texts: eCpsTexts,
    events: [event(approvalDecided), event(deviceCalled), event(deviceEnded)],
    migrations: eCpsMigrations,
  },
  {
    name: "connect",
    settings: connectSettings,
    errors: [connectErrors],
    texts: connectTexts,
    migrations: connectMigrations,
  },
  {
    name: "trust-extension",
    settings: trustExtensionSettings,
    errors: [trustExtensionErrors],
    migrations: trustExtensionMigrations,
  },
  {
    name: "distribution",
    settings: distributionSettings,
    errors: [distributionErrors],
    texts: distributionTexts,
    migrations: distributionMigrations,
  },
  { name: "label", settings: labelSettings, errors: [labelErrors], texts: labelTexts, migrations: labelMigrations },
];

/** All settings of all rooms. */
export function allSettings(): Settings {
  return Object.assign({}, ...rooms.map((room) => room.settings ?? {})) as Settings;
}

/** Those of a whole space, or of an operator alone. */
export function allMigrations(alone = false): readonly RoomMigrations[] {
  return rooms.flatMap(({ migrations, alone: of }) => (migrations && (alone ? of !== undefined : of !== "only") ? [migrations] : []));
}
