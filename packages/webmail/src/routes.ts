// Signing in and out, boxes, folders, who did what.
import { readFileSync } from "node:fs";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import type { Desk } from "./desk.ts";
import { findFolder, isOutgoing, keyOf, readPage } from "./mail.ts";
import { buildActs, buildBoxes, buildList, buildWelcome } from "./pages/list.ts";
import { sessionHours } from "./sessions.ts";
import type { SignIn } from "./sign-in.ts";

const sheet = readFileSync(new URL("../assets/webmail.css", import.meta.url), "utf8");
const signInSeconds = 600;
export const boxKey = z.object({ box: z.string().regex(/^[\w-]{12}$/) });
export const folderKey = boxKey.extend({ folder: z.string().regex(/^\d{1,15}$/) });
const noticeOf = { sent: "webmail.letter.sent", kept: "webmail.letter.kept" } as const;
const listQuery = z.object({
  q: z.string().trim().max(80).default(""),
  before: z.coerce.number().int().min(1).max(4_294_967_296).default(4_294_967_296),
  done: z.enum(["sent", "kept"]).optional(),
});

export function webmailRoutes(desk: Desk, signIn: SignIn): readonly Route[] {
  const { ports, sessions, cookieName } = desk;
  const browserCookie = `${cookieName}_sign_in`;
  return [
    defineRoute({
      method: "GET",
      path: "/webmail.css",
      about: "The webmail's own style.",
      who: "anyone",
      page: true,
      handle: async () => new Reply({ body: sheet, type: "text/css; charset=utf-8", headers: { "cache-control": "public, max-age=3600" } }),
    }),
    defineRoute({
      method: "GET",
      path: "/",
      about: "The mailboxes of who is signed in.",
      who: "anyone",
      page: true,
      async handle(asked) {
        const words = desk.words(asked.language);
        const session = await desk.session(asked);
        if (!session) return desk.show(asked, undefined, { title: words.t("webmail.welcome"), main: buildWelcome(words), wide: false });
        const boxes = await ports.boxes(session.person);
        const rows = await Promise.all(
          boxes.map(async (box) => {
            const account = await ports.open(box.address, session.person).catch(() => undefined);
            return { box, key: keyOf(box.address), unseen: (await account?.status("INBOX"))?.unseen };
          }),
        );
        return desk.show(asked, session, { title: words.t("webmail.boxes"), main: buildBoxes(words, rows), wide: false });
      },
    }),
    defineRoute({
      method: "GET",
      path: "/sign-in",
      about: "Leads to the identity provider.",
      who: "anyone",
      page: true,
      perMinute: 60,
      async handle() {
        const { location, browser } = await signIn.begin();
        return Reply.see(location, [{ name: browserCookie, value: browser, maxAge: signInSeconds }]);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/back",
      about: "The way back from the identity provider.",
      who: "anyone",
      page: true,
      perMinute: 60,
      query: z.record(z.string().max(40), z.string().max(4000)),
      async handle({ query, cookies }) {
        const secret = await signIn.finish(new URLSearchParams(query), cookies[browserCookie]);
        return Reply.see("/", [
          { name: cookieName, value: secret, maxAge: sessionHours * 3600 },
          { name: browserCookie, value: "", maxAge: 0 },
        ]);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/sign-out",
      about: "Ends the session here and at the identity provider.",
      who: "anyone",
      page: true,
      async handle(asked) {
        const session = await desk.session(asked);
        const secret = asked.cookies[cookieName];
        if (secret) await sessions.end(secret);
        const end = session?.idToken ? await signIn.endAddress(session.idToken).catch(() => "/") : "/";
        return Reply.see(end, [{ name: cookieName, value: "", maxAge: 0 }]);
      },
    }),
    defineRoute({
      method: "POST",
      path: "/b/:box/agreement",
      about: "The evidence agreement is accepted.",
      who: "anyone",
      page: true,
      params: boxKey,
      async handle({ params, ...asked }) {
        const session = await desk.session(asked);
        if (!session) return Reply.see("/sign-in");
        const box = await desk.findBox(session.person, params.box);
        await ports.agree(box.address, session.person);
        return Reply.see(`/b/${params.box}`);
      },
    }),
    defineRoute({
      method: "GET",
      path: "/b/:box",
      about: "The inbox of a mailbox.",
      who: "anyone",
      page: true,
      params: boxKey,
      query: z.object({ done: z.enum(["sent", "kept"]).optional() }),
      handle: ({ params, query, ...asked }) =>
        desk.inBox(asked, params.box, async ({ folders }) => {
          const inbox = folders.find(({ name }) => name === "INBOX") ?? folders[0];
          return Reply.see(`/b/${params.box}/${inbox?.id ?? ""}${query.done ? `?done=${query.done}` : ""}`);
        }),
    }),
    defineRoute({
      method: "GET",
      path: "/b/:box/:folder",
      about: "A folder: conversations, newest first, or those that hold a text.",
      who: "anyone",
      page: true,
      params: folderKey,
      query: listQuery,
      handle: ({ params, query, ...asked }) =>
        desk.inBox(asked, params.box, async ({ session, box, key, account, folders, words }) => {
          const folder = findFolder(folders, params.folder);
          const page = await readPage(account, folder, query);
          const view = { box, key, folders, current: folder.id, notice: query.done ? words.t(noticeOf[query.done]) : undefined };
          const title = words.folder(folder);
          const main = buildList(words, view, { folder: { id: folder.id, title, outgoing: isOutgoing(folder) }, ...page, q: query.q });
          return desk.show(asked, session, { title, main, view });
        }),
    }),
    defineRoute({
      method: "GET",
      path: "/b/:box/acts",
      about: "Who did what in a mailbox, administrators of the operator included.",
      who: "anyone",
      page: true,
      params: boxKey,
      handle: ({ params, ...asked }) =>
        desk.inBox(asked, params.box, async ({ session, box, key, folders, words }) => {
          const acts = await ports.acts(box.address);
          const names = await nameAll(
            ports,
            acts.flatMap(({ holder, access }) => [holder, ...(access ? [access.asked, access.opened] : [])]),
          );
          const view = { box, key, folders, current: "acts" };
          const main = buildActs(
            words,
            view,
            acts.slice(0, 200).map((act) => ({ ...act, name: names.get(act.holder) ?? act.holder })),
            (holder) => names.get(holder) ?? holder,
          );
          return desk.show(asked, session, { title: words.t("webmail.acts"), main, view });
        }),
    }),
  ];
}

/** Names of the holders that occur, each asked once. */
export async function nameAll({ nameOf }: Desk["ports"], holders: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = [...new Set(holders)].slice(0, 100);
  return new Map(await Promise.all(known.map(async (holder) => [holder, await nameOf(holder)] as const)));
}
