// What every page of the room is built with: words in the reader's language, the house's frame, never kept by a cache.
import { type Language, say } from "@cercle/kernel";
import { buildPage, type Frame, type Html, html } from "@cercle/pages";
import { type Actor, Reply } from "@cercle/web";
import type { Level } from "./examination/level.ts";
import { levelName } from "./public/public-list.ts";
import { labelTexts } from "./texts.ts";

export type Words = (key: keyof typeof labelTexts, params?: Record<string, string | number>) => string;
export type FrameOf = (language: Language, actor: Actor) => Frame;
export type PageOf = (
  asked: { readonly language: Language; readonly actor: Actor },
  title: string,
  main: Html,
  facts?: { readonly scripts?: readonly string[]; readonly status?: number },
) => Reply;

export const wordsIn =
  (language: Language): Words =>
  (key, params = {}) =>
    say(labelTexts[key], language, params);

export const pageIn =
  (frame: FrameOf): PageOf =>
  ({ language, actor }, title, main, { scripts = [], status = 200 } = {}) =>
    Reply.html(buildPage(frame(language, actor), { title, main, scripts }), { status, headers: { "cache-control": "no-store" } });

/** A level as a mark of state. */
export const levelMark = (t: Words, language: Language, level: Level | undefined): Html =>
  level ? html`<span class="state open">${say(levelName[level], language)}</span>` : html`<span class="state still">${t("label.product.no-level")}</span>`;
