// One message: shown, marked, moved; its attachments; and what is written.
import type { MailAccount } from "@cercle/imap";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk, InBox } from "./desk.ts";
import { webmailErrors } from "./errors.ts";
import { answerTo, buildLetter, emptyLetter, type Letter, letterForm, readAddresses } from "./letter.ts";
import { type FolderView, findFolder, folderFor, isOutgoing, listFolders, readThread } from "./mail.ts";
import { buildLetterPage } from "./pages/letter.ts";
import { buildMessage } from "./pages/message.ts";
import type { Found } from "./ports.ts";
import { type Reading, readMessage } from "./reading.ts";
import { boxKey, folderKey, nameAll } from "./routes.ts";

const uid = z.coerce.number().int().min(1).max(4_294_967_295);
const messageKey = folderKey.extend({ uid });
const acts = z.object({
  act: z.enum(["unread", "flag", "unflag", "archive", "trash", "move"]),
  target: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
});
const writeQuery = z.object({
  folder: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional(),
  uid: uid.optional(),
  all: z.string().max(2).optional(),
  draft: z.string().max(2).optional(),
});

async function open(account: MailAccount, folder: FolderView, number: number): Promise<Reading> {
  const raw = await account.raw(folder.id, number);
  if (!raw) throw webmailErrors.refuse("webmail.not-here");
  return readMessage(raw);
}

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
          const reading = await open(account, folder, params.uid);
          await account.setFlags(folder.id, [params.uid], { mode: "add", flags: ["\\Seen"] });
          const story = reading.messageId ? await ports.story(box.address, reading.messageId) : undefined;
          const thread = await readThread(account, folder, params.uid);
          // Counted again: what was just read is no longer new.
          const view = { box, key, folders: await listFolders(account), current: folder.id };
          const main = buildMessage(words, view, {
            folder: folder.id,
            uid: params.uid,
            draft: folder.specialUse === "\\Drafts",
            mine: reading.from?.address.toLowerCase() === box.address && isOutgoing(folder),
            flagged: thread.find((one) => one.uid === params.uid)?.flagged === true,
            reading,
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
        desk.inBox(asked, params.box, async ({ account, folders }) => {
          const folder = findFolder(folders, params.folder);
          const flag = { unread: ["remove", "\\Seen"], flag: ["add", "\\Flagged"], unflag: ["remove", "\\Flagged"] } as const;
          if (body.act === "unread" || body.act === "flag" || body.act === "unflag") {
            const [mode, name] = flag[body.act];
            await account.setFlags(folder.id, [params.uid], { mode, flags: [name] });
          } else {
            const target = body.act === "move" ? findFolder(folders, body.target ?? "") : folderFor(folders, body.act === "archive" ? "\\Archive" : "\\Trash");
            if (target.id !== folder.id) await account.move(folder.id, [params.uid], target.name);
          }
          return Reply.see(body.act === "flag" || body.act === "unflag" ? `/b/${params.box}/${folder.id}/${params.uid}` : `/b/${params.box}/${folder.id}`);
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
          const found = (await open(account, findFolder(folders, params.folder), params.uid)).attachments[params.number];
          if (!found) throw webmailErrors.refuse("webmail.not-here");
          // Never shown in our origin, whatever it says it is.
          const name = `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`;
          return new Reply({ body: found.bytes, type: "application/octet-stream", headers: { "content-disposition": name } });
        }),
    }),
    ...letterRoutes(desk),
  ];
}

function letterRoutes(desk: Desk): readonly Route[] {
  const { ports } = desk;
  const page = (asked: Parameters<Desk["show"]>[0], inside: InBox, letter: Letter, more: { found?: readonly Found[]; problem?: string } = {}): Reply => {
    const view = { box: inside.box, key: inside.key, folders: inside.folders, current: "write" };
    const main = buildLetterPage(inside.words, view, { letter, from: inside.box.address, ...more });
    return desk.show(asked, inside.session, { title: inside.words.t("webmail.letter.title"), main, view, wide: false }, more.problem ? 422 : 200);
  };
  /** Why a letter cannot go, in words; undefined when it has gone. */
  const send = async ({ session, box, words }: InBox, letter: Letter): Promise<string | undefined> => {
    const [to, cc] = [readAddresses(letter.to), readAddresses(letter.cc)];
    if (!to || !cc) return words.t("webmail.letter.bad-address");
    if (to.length + cc.length === 0) return words.t("webmail.letter.no-recipient");
    const raw = await buildLetter(letter, { address: box.address, name: box.kind === "personal" ? session.name : "" });
    try {
      await ports.submit(box.address, session.person, { recipients: [...to, ...cc], raw });
      return undefined;
    } catch (error) {
      // A refusal of submission carries its own words; anything else is not for pages.
      if ((error as { responseCode?: unknown }).responseCode === undefined) throw error;
      return (error as Error).message.replace(/^\d\.\d+\.\d+ /, "");
    }
  };
  return [
    defineRoute({
      method: "GET",
      path: "/b/:box/write",
      about: "A new message, an answer, or a draft gone on with.",
      who: "anyone",
      page: true,
      params: boxKey,
      query: writeQuery,
      handle: ({ params, query, ...asked }) =>
        desk.inBox(asked, params.box, async (inside) => {
          const { account, folders, words, box } = inside;
          if (query.folder === undefined || query.uid === undefined) return page(asked, inside, emptyLetter);
          const reading = await open(account, findFolder(folders, query.folder), query.uid);
          const list = (people: Reading["to"]): string => people.map(({ address }) => address).join(", ");
          if (query.draft)
            return page(asked, inside, { ...emptyLetter, to: list(reading.to), cc: list(reading.cc), subject: reading.subject, text: reading.text ?? "" });
          const wrote = words.t("webmail.letter.wrote", { date: words.moment(reading.date), who: reading.from?.name || reading.from?.address || "" });
          return page(asked, inside, answerTo(reading, { all: query.all !== undefined, own: box.address, wrote }));
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/b/:box/write",
      about: "Sends a message, keeps a draft, or looks the directory up.",
      who: "anyone",
      page: true,
      params: boxKey,
      body: letterForm,
      perMinute: 120,
      handle: ({ params, body, ...asked }) =>
        desk.inBox(asked, params.box, async (inside) => {
          const { account, folders, session, box } = inside;
          if (!box.maySend) throw webmailErrors.refuse("webmail.not-here");
          if (body.act === "look") {
            const found = body.look.length < 2 ? [] : await ports.lookUp(body.look, { person: session.person, address: "" });
            return page(asked, inside, body, { found });
          }
          if (body.act === "add") {
            const added = [body.add ?? []].flat();
            return page(asked, inside, { ...body, look: "", to: [...new Set([...(readAddresses(body.to) ?? [body.to]), ...added])].join(", ") });
          }
          if (body.act === "draft") {
            const drafts = folderFor(folders, "\\Drafts");
            const raw = await buildLetter(body, { address: box.address, name: session.name });
            await account.append(drafts.name, { raw, flags: ["\\Draft", "\\Seen"] });
            return Reply.see(`/b/${params.box}/${drafts.id}?done=kept`);
          }
          const problem = await send(inside, body);
          return problem === undefined ? Reply.see(`/b/${params.box}?done=sent`) : page(asked, inside, body, { problem });
        }),
    }),
  ];
}
