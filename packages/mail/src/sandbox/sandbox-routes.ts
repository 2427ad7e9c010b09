// The sandbox's door to mail for tests of other people's software: list, await and delete messages without an IMAP client; robots.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { mailErrors } from "../errors.ts";
import { domainOf } from "../gateway/gateway.ts";
import type { Operator } from "../operator.ts";
import { decodeWords } from "../search/search-text.ts";
import { makeRobots } from "./robots.ts";

const address = z.string().trim().toLowerCase().max(320);
const longestWait = 30;
const mostMessages = 200;
const pollMillis = 100;

type Shown = { uid: number; subject: string; from: string; date: string; flags: readonly string[]; raw?: string };

export function sandboxMailRoutes({
  store,
  operators,
  demo,
}: {
  store: Store;
  operators: readonly Operator[];
  demo(): Promise<string | undefined>;
}): readonly Route[] {
  const find = (domain: string): Operator => {
    const found = operators.find((known) => known.domain === domain);
    if (!found) throw mailErrors.refuse("mail.no-operator", { params: { operator: domain } });
    return found;
  };
  const openBox = async (box: string) => {
    const own = find(domainOf(box));
    const row = await own.mailboxes.find(store, box);
    if (!row) throw mailErrors.refuse("mail.no-mailbox", { params: { address: box } });
    return own.open({ address: box, mailbox: row.kind, holder: "component:sandbox-door", kind: "component", maySend: false });
  };
  const list = async (box: string, wanted: { subject?: string | undefined; raw: boolean }): Promise<readonly Shown[]> => {
    const account = await openBox(box);
    const inbox = await account.open("INBOX", true);
    const found: Shown[] = [];
    for await (const message of account.fetch(inbox.id, inbox.uids.slice(-mostMessages), { structure: true })) {
      const envelope = message.structure?.envelope;
      const subject = decodeWords(envelope?.subject ?? "");
      if (wanted.subject !== undefined && !subject.includes(wanted.subject)) continue;
      const [from] = envelope?.from ?? [];
      found.push({
        uid: message.uid,
        subject,
        from: from ? `${from.mailbox}@${from.host}` : "",
        date: new Date(message.internalDate).toISOString(),
        flags: message.flags,
        ...(wanted.raw ? { raw: (await account.raw(inbox.id, message.uid))?.toString("utf8") ?? "" } : {}),
      });
    }
    return found;
  };
  return [
    defineRoute({
      method: "GET",
      path: "/api/sandbox/mail/:address/messages",
      about: "Messages of a mailbox of the sandbox; `wait` seconds until one is there, `subject` contained in it, `raw` with its text.",
      who: ["officer"],
      params: z.object({ address }),
      query: z.object({
        subject: z.string().max(200).optional(),
        wait: z.coerce.number().min(0).max(longestWait).default(0),
        raw: z.enum(["true", "false"]).default("false"),
      }),
      async handle({ params, query }) {
        const end = performance.now() + query.wait * 1000;
        for (;;) {
          const found = await list(params.address, { subject: query.subject, raw: query.raw === "true" });
          if (found.length > 0 || performance.now() >= end) return found;
          await new Promise((resolve) => setTimeout(resolve, pollMillis));
        }
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/api/sandbox/mail/:address/messages",
      about: "Deletes the messages of a mailbox of the sandbox.",
      who: ["officer"],
      params: z.object({ address }),
      async handle({ params }) {
        const account = await openBox(params.address);
        const inbox = await account.open("INBOX", false);
        if (inbox.uids.length > 0) await account.setFlags(inbox.id, inbox.uids, { mode: "add", flags: ["\\Deleted"] });
        return { deleted: (await account.expunge(inbox.id, inbox.uids)).length };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/mail/:domain/robots",
      about: "Mailboxes that answer: a receipt, each integration error, slowly, full.",
      who: ["officer"],
      params: z.object({ domain: z.string().max(120) }),
      async handle({ params }) {
        return makeRobots(store, find(params.domain.toLowerCase()), (await demo()) ?? "");
      },
    }),
  ];
}
