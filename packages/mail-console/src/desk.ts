// What every page of the console has: whom it asks, the frame around the answer, what becomes of a refusal.
import { type Language, Refusal, say } from "@cercle/kernel";
import { buildPage, type Html } from "@cercle/pages";
import { type Actor, Reply } from "@cercle/web";
import { type At, buildFrame } from "./pages.ts";
import type { ConsolePorts } from "./ports.ts";
import { type Words, wordsOf } from "./words.ts";

export type Asked = { readonly actor: Actor; readonly language: Language };
export type Sheet = { readonly at: At; readonly title: string; readonly body: Html };
export type Desk = ReturnType<typeof createDesk>;

const mostNames = 200;

export function createDesk({ ask, frame, nameOf, timeZone, dayStart }: ConsolePorts) {
  const words = ({ language }: Asked): Words => wordsOf(language, timeZone);
  const show = ({ actor, language }: Asked, title: string, main: Html, status = 200): Reply =>
    Reply.html(buildPage(frame(language, actor), { title, main, wide: true }), { status });
  const page = (asked: Asked, domain: string, { at, title, body }: Sheet, problem?: string): Reply =>
    show(asked, title, buildFrame(words(asked), domain, at, title, body, problem), problem ? 422 : 200);
  /** Each holder's name, asked once. */
  const names = async (holders: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const known = [...new Set(holders)].slice(0, mostNames);
    return new Map(await Promise.all(known.map(async (holder) => [holder, await nameOf(holder)] as const)));
  };
  return {
    ask,
    dayStart,
    words,
    show,
    page,
    names,
    api: (domain: string, ...rest: readonly string[]): string => ["/api/mail", domain, ...rest.map(encodeURIComponent)].join("/"),
    /** Does it, and shows `sheet` again with the refusal's words when it is refused. */
    async act(asked: Asked, domain: string, work: () => Promise<string>, sheet: () => Promise<Sheet>): Promise<Reply> {
      try {
        return Reply.see(await work());
      } catch (error) {
        if (!(error instanceof Refusal) || error.status === 404) throw error;
        return page(asked, domain, await sheet(), say(error.text, asked.language, error.params));
      }
    },
    async named<T extends { readonly holder: string }>(rows: readonly T[]): Promise<readonly (T & { name: string })[]> {
      const known = await names(rows.map(({ holder }) => holder));
      return rows.map((row) => ({ ...row, name: known.get(row.holder) ?? row.holder }));
    },
  };
}
