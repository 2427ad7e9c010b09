// Who asks, which box, and the page around the answer: the ordered rules that every page of a box passes.
import { type MailAccount, MailRefusal } from "@cercle/imap";
import type { Language } from "@cercle/kernel";
import { buildPage, type Frame, type Html } from "@cercle/pages";
import { Reply } from "@cercle/web";
import { webmailErrors } from "./errors.ts";
import { type FolderView, keyOf, listFolders } from "./mail.ts";
import { type BoxView, listPlaces } from "./pages/frame.ts";
import { buildAgreement } from "./pages/list.ts";
import type { Box, WebmailPorts } from "./ports.ts";
import type { Session, Sessions } from "./sessions.ts";
import { type Words, wordsOf } from "./words.ts";

export type Surface = {
  readonly ports: WebmailPorts;
  readonly sessions: Sessions;
  frame(language: Language): Frame;
  readonly cookieName: string;
  readonly timeZone: string;
};
export type Asked = { readonly language: Language; readonly cookies: Readonly<Record<string, string | undefined>> };
export type InBox = {
  readonly session: Session;
  readonly box: Box;
  readonly key: string;
  readonly account: MailAccount;
  readonly folders: readonly FolderView[];
  readonly words: Words;
  readonly ports: WebmailPorts;
};

export function createDesk({ ports, sessions, frame, cookieName, timeZone }: Surface) {
  const words = (language: Language): Words => wordsOf(language, timeZone);
  const session = ({ cookies }: Asked): Promise<Session | undefined> => sessions.find(cookies[cookieName]);
  const show = (asked: Asked, reader: Session | undefined, page: { title: string; main: Html; view?: BoxView; wide?: boolean }, status = 200): Reply => {
    const own = frame(asked.language);
    const nav = page.view ? listPlaces(words(asked.language), page.view) : [];
    const person = reader ? { name: reader.name, href: "/" } : undefined;
    return Reply.html(buildPage({ ...own, nav, foot: undefined, person }, { title: page.title, main: page.main, wide: page.wide ?? true }), { status });
  };
  return {
    ports,
    sessions,
    cookieName,
    words,
    session,
    show,
    async findBox(person: string, key: string): Promise<Box> {
      const box = (await ports.boxes(person)).find(({ address }) => keyOf(address) === key);
      if (!box) throw webmailErrors.refuse("webmail.not-here");
      return box;
    },
    /** Session → box → agreement → what `work` answers. */
    async inBox(asked: Asked, key: string, work: (inside: InBox) => Promise<Reply>): Promise<Reply> {
      const reader = await session(asked);
      if (!reader) return Reply.see("/sign-in");
      const box = await this.findBox(reader.person, key);
      try {
        const account = await ports.open(box.address, reader.person);
        if (!account) throw webmailErrors.refuse("webmail.not-here");
        return await work({ session: reader, box, key, account, folders: await listFolders(account), words: words(asked.language), ports });
      } catch (error) {
        if (!(error instanceof MailRefusal)) throw error;
        if (error.code !== "CONTACTADMIN") throw webmailErrors.refuse("webmail.refused", { params: { reason: error.message } });
        const w = words(asked.language);
        return show(asked, reader, { title: w.t("webmail.agreement"), main: buildAgreement(w, key, ports.agreement(box.address)), wide: false });
      }
    },
  };
}

export type Desk = ReturnType<typeof createDesk>;
