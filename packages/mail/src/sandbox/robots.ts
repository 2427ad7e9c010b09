// Partners of a sandbox that answer: a receipt, an integration error, slowly, or never because the mailbox is full. Each is an
// applicative mailbox whose component's name says what it does; a message is claimed by a mark, so that two processes answer once.
import { parseAddresses, parseHeaders } from "@cercle/imap";
import type { Store } from "@cercle/store";
import { headOf } from "../mailboxes/mime-head.ts";
import type { SignedIn } from "../mailboxes/users.ts";
import type { Operator } from "../operator.ts";
import { buildReceipt, type IntegrationError, integrationErrors, receiptAsked } from "../submission/receipts.ts";

const prefix = "robot:";
const slowMillis = 20_000;
const answered = "$MDNSent";

/** What stands before the @ of each robot, and what it does. */
const robots: Readonly<Record<string, string>> = {
  "accuse-test": "receipt",
  "lent-test": "slow",
  "plein-test": "full",
  ...Object.fromEntries(Object.keys(integrationErrors).map((code) => [`erreur-${code}-test`, `error-${code}`])),
};

/** Makes the robots of an operator that are not there yet; answers their addresses. */
export async function makeRobots(store: Store, { domain, mailboxes }: Operator, responsible: string): Promise<readonly { address: string; does: string }[]> {
  const made = Object.entries(robots).map(([name, does]) => ({ address: `${name}@${domain}`, does }));
  for (const { address, does } of made) {
    await store.transaction(async (tx) => {
      if (await mailboxes.find(tx, address)) return;
      await mailboxes.create(tx, { address, kind: "applicative", responsible });
      await mailboxes.users.add(tx, address, { holder: `${prefix}${does}`, kind: "component", maySend: true }, "applicative");
      if (does === "full") await mailboxes.setQuota(tx, address, 0);
    });
  }
  return made;
}

/** Answers what waits in the folder, when it is a robot's. */
export async function workRobot(store: Store, operator: Operator, folder: string, wait: (millis: number) => Promise<void>): Promise<void> {
  const address = await operator.mailboxes.ownerOf(store, Number(folder));
  const [user] = address ? await operator.mailboxes.users.list(store, address) : [];
  if (!address || !user?.holder.startsWith(prefix)) return;
  const who: SignedIn = { address, mailbox: "applicative", holder: user.holder, kind: "component", maySend: true };
  const does = user.holder.slice(prefix.length);
  const account = await operator.open(who);
  const inbox = await account.open("INBOX", false);
  if (inbox.id !== folder) return;
  for await (const message of account.fetch(folder, inbox.uids, { structure: false })) {
    if (message.flags.includes(answered)) continue;
    const claimed = await account.setFlags(folder, [message.uid], { mode: "add", flags: [answered, "\\Seen"], unchangedSince: message.modseq });
    if (claimed.refused.length > 0) continue;
    const raw = await account.raw(folder, message.uid);
    if (!raw) continue;
    if (does === "slow") await wait(slowMillis);
    await answer(operator, who, raw, does);
  }
}

async function answer(operator: Operator, who: SignedIn, raw: Buffer, does: string): Promise<void> {
  const headers = parseHeaders(headOf(raw));
  const [from] = headers.all("from").flatMap((value) => parseAddresses(value));
  // RFC 3834 §2: an automatic message is never answered.
  if (!from?.mailbox || !from.host || headers.first("auto-submitted") !== undefined) return;
  const sender = `${from.mailbox}@${from.host}`.toLowerCase();
  const asked = receiptAsked(raw, sender);
  const error = does.startsWith("error-") ? (Number(does.slice(6)) as IntegrationError) : undefined;
  if (!asked && error === undefined) return;
  const receipt = buildReceipt({ original: raw, from: who.address, to: sender, ...(error === undefined ? {} : { error }), at: new Date() });
  await operator.submit(who, { recipients: [sender], raw: receipt, tls: "inside" });
}
