// One message: shown, marked, moved, its receipt answered; its attachments.
import { defineRoute, Reply, type Route } from "@cercle/web";
import { summariseXdm } from "@cercle/xdm";
import { z } from "zod";
import { kindOf } from "./attachments.ts";
import type { Desk, InBox } from "./desk.ts";
import { webmailErrors } from "./errors.ts";
import { findFolder, folderFor, isOutgoing, listFolders, openMessage, readThread } from "./mail.ts";
import { buildMessage } from "./pages/message.ts";
import { folderKey, nameAll } from "./routes.ts";

const uid = z.coerce.number().int().min(1).max(4_294_967_295);
const messageKey = folderKey.extend({ uid });
const acts = z.object({
  act: z.enum(["unread", "flag", "unflag", "archive", "trash", "move", "receipt", "receipt-no"]),
  target: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  /** Of a receipt: empty for read, else why the documents could not be taken in. */
  code: z
    .string()
    .regex(/^(?:9\d\d)?$/)
    .default(""),
});
export function messageRoutes(desk: Desk): readonly Route[] {
  const { ports } = desk;
  return [
    defineRoute({
      method: "GET",
      path: "/b/:box/:folder/:uid",
      about: "One message; it is read from now on.",
      who: "anyone",
      page: true,
      params: messageKey,
      handle: ({ params, ...asked }) =>
        desk.inBox(asked, params.box, async ({ session, box, key, account, folders, words }) => {
          const folder = findFolder(folders, params.folder);
          const reading = await openMessage(account, folder, params.uid);
          await account.setFlags(folder.id, [params.uid], { mode: "add", flags: ["\\Seen"] });
          const story = reading.messageId ? await ports.story(box.address, reading.messageId) : undefined;
          const archive = reading.attachments.find((file) => kindOf(file) === "xdm");
          const thread = await readThread(account, folder, params.uid);
          const listed = thread.find((one) => one.uid === params.uid);
          // Counted again: what was just read is no longer new.
          const view = { box, key, folders: await listFolders(account), current: folder.id };
          const main = buildMessage(words, view, {
            folder: folder.id,
            uid: params.uid,
            draft: folder.specialUse === "\\Drafts",
            mine: reading.from?.address.toLowerCase() === box.address && isOutgoing(folder),
            flagged: listed?.flagged === true,
            receiptSettled: listed?.receiptSettled === true,
            integrationErrors: ports.integrationErrors,
            reading,
            archive: archive && (await summariseXdm(archive.bytes)),
            thread,
            story: story && (box.kind === "personal" ? { ...story, acts: [] } : story),
            names: await nameAll(ports, story?.acts.map(({ holder }) => holder) ?? []),
            targets: folders.filter(({ id }) => id !== folder.id),
          });
          return desk.show(asked, session, { title: reading.subject || words.t("webmail.no-subject"), main, view, wide: true });
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/b/:box/:folder/:uid",
      about: "Marks or moves one message.",
      who: "anyone",
      page: true,
      params: messageKey,
      body: acts,
      handle: ({ params, body, ...asked }) =>
        desk.inBox(asked, params.box, async (inside) => {
          const { account, folders } = inside;
          const folder = findFolder(folders, params.folder);
          const here = `/b/${params.box}/${folder.id}/${params.uid}`;
          if (body.act === "receipt" || body.act === "receipt-no") {
            await answerReceipt(inside, { folder: folder.id, uid: params.uid, refused: body.act === "receipt-no", code: body.code });
            return Reply.see(here);
          }
          const flag = { unread: ["remove", "\\Seen"], flag: ["add", "\\Flagged"], unflag: ["remove", "\\Flagged"] } as const;
          if (body.act === "unread" || body.act === "flag" || body.act === "unflag") {
            const [mode, name] = flag[body.act];
            await account.setFlags(folder.id, [params.uid], { mode, flags: [name] });
          } else {
            const target = body.act === "move" ? findFolder(folders, body.target ?? "") : folderFor(folders, body.act === "archive" ? "\\Archive" : "\\Trash");
            if (target.id !== folder.id) await account.move(folder.id, [params.uid], target.name);
          }
          return Reply.see(body.act === "flag" || body.act === "unflag" ? here : `/b/${params.box}/${folder.id}`);
        }),
    }),
    defineRoute({
      method: "GET",
      path: "/b/:box/:folder/:uid/attachments/:number",
      about: "One attachment, to be saved.",
      who: "anyone",
      page: true,
      params: messageKey.extend({ number: z.coerce.number().int().min(0).max(1000) }),
      handle: ({ params, ...asked }) =>
        desk.inBox(asked, params.box, async ({ account, folders }) => {
          const found = (await openMessage(account, findFolder(folders, params.folder), params.uid)).attachments[params.number];
          if (!found || kindOf(found) === "program") throw webmailErrors.refuse("webmail.not-here");
          // Never shown in our origin, whatever it says it is.
          const name = `attachment; filename*=UTF-8''${encodeURIComponent(found.name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)}`;
          const headers = {
            "content-disposition": name,
            "content-security-policy": "sandbox; default-src 'none'",
            "cross-origin-resource-policy": "same-origin",
          };
          return new Reply({ body: found.bytes, type: "application/octet-stream", headers });
        }),
    }),
  ];
}

/** RFC 3503 §3: the mark says that this is settled, sent or refused, for everybody who uses the box; whoever sets it answers. */
const settled = "$MDNSent";

async function answerReceipt(
  { account, box, session, folders, ports }: InBox,
  { folder, uid, refused, code }: { folder: string; uid: number; refused: boolean; code: string },
): Promise<void> {
  if (!box.maySend && !refused) throw webmailErrors.refuse("webmail.not-here");
  const original = await account.raw(folder, uid);
  const to = original && (await openMessage(account, findFolder(folders, folder), uid)).receiptTo;
  if (!original || !to) throw webmailErrors.refuse("webmail.not-here");
  const { changed } = await account.setFlags(folder, [uid], { mode: "add", flags: [settled] });
  if (changed.length === 0 || refused) return;
  try {
    await ports.answerReceipt(box.address, session.person, { original, to, ...(code ? { error: Number(code) } : {}) });
  } catch (error) {
    await account.setFlags(folder, [uid], { mode: "remove", flags: [settled] });
    if ((error as { responseCode?: unknown }).responseCode === undefined) throw error;
    throw webmailErrors.refuse("webmail.refused", { params: { reason: (error as Error).message } });
  }
}
