// `npm run soak`: the long runs that `npm test` does five times only.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const soaks: Readonly<Record<string, readonly string[]>> = {
  spaces: ["apps/cercle/test/spaces.test.ts"],
  // A hundred thousand random acts: table, view, evaluator and doors agree.
  agreement: ["apps/cercle/test/agreement.test.ts"],
  // A million hostile commands against the card.
  card: ["packages/card/test/machine.test.ts"],
  // A hundred times `kill -9` of both operators under load.
  mail: ["apps/cercle/test/mail-kill.test.ts"],
  // mbsync, offlineimap and imaplib keep 10,000 messages identical on both sides through 5,000 changes.
  "mail-sync": ["apps/cercle/test/mail-sync.test.ts"],
  // testssl against every listener of mail.
  "mail-tls": ["apps/cercle/test/mail-tls.soak.ts"],
  // Thunderbird itself, without a screen.
  "mail-thunderbird": ["apps/cercle/test/mail-thunderbird.soak.ts"],
  // Searches of a hundred thousand hits through all pages, by four clients, while imports come in.
  directory: ["packages/directory/test/large-search.test.ts"],
  // Fuzzers and hostile messages against SMTP and IMAP; SOAK_MINUTES each.
  "mail-fuzz": ["apps/cercle/test/mail-hostile.test.ts"],
};
const name = process.argv[2];
const files = name ? (soaks[name] ?? []) : Object.values(soaks).flat();
const run = spawnSync(process.execPath, ["--test", "--test-timeout=10800000", ...files], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    SOAK_ROUNDS: process.env.SOAK_ROUNDS ?? "50",
    SOAK_ACTS: process.env.SOAK_ACTS ?? "100000",
    SOAK_COMMANDS: process.env.SOAK_COMMANDS ?? "1000000",
    SOAK_KILLS: process.env.SOAK_KILLS ?? "100",
    SOAK_MESSAGES: process.env.SOAK_MESSAGES ?? "10000",
    SOAK_CHANGES: process.env.SOAK_CHANGES ?? "5000",
    SOAK_HITS: process.env.SOAK_HITS ?? "100000",
    SOAK_MINUTES: process.env.SOAK_MINUTES ?? "60",
  },
});
process.exitCode = run.status ?? 1;
