// The commands of all rooms. Beside a running server a command only parses, asks and prints: what is imported from here is loaded for
// each of them, so no room's server is; the few that compute by themselves load what they need when they run.
import { accountsCommands } from "@cercle/accounts/commands";
import { cardCommands } from "@cercle/card/commands";
import { connectCommands } from "@cercle/connect/commands";
import { directoryCommands } from "@cercle/directory/commands";
import { distributionCommands } from "@cercle/distribution/commands";
import { eCpsCommands } from "@cercle/e-cps/commands";
import { evidenceCommands } from "@cercle/evidence/commands";
import { governanceCommands } from "@cercle/governance/commands";
import type { Command } from "@cercle/kernel";
import { labelCommands } from "@cercle/label/commands";
import { lawCommands } from "@cercle/law/commands";
import { mailCommands } from "@cercle/mail/commands";
import { pkiCommands } from "@cercle/pki/commands";
import { trustExtensionCommands } from "@cercle/trust-extension/commands";
import { whitelistCommands } from "@cercle/whitelist/commands";
import { conformityCommands } from "./conformity/card.ts";
import { conformityOperator } from "./conformity/operator.ts";
import { conformityProxy } from "./conformity/proxy.ts";
import { demoLabel } from "./demos/label.ts";
import { demoVendor } from "./demos/vendor.ts";

export const roomCommands: readonly Command[] = [
  ...mailCommands,
  ...whitelistCommands,
  ...lawCommands,
  ...evidenceCommands,
  ...governanceCommands,
  ...pkiCommands,
  ...conformityCommands,
  conformityOperator,
  conformityProxy,
  ...cardCommands,
  ...accountsCommands,
  ...directoryCommands,
  ...eCpsCommands,
  ...connectCommands,
  ...trustExtensionCommands,
  ...distributionCommands,
  demoVendor,
  ...labelCommands,
  demoLabel,
];
