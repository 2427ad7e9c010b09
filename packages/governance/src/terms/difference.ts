// What changed between two versions of the terms, article by article and word by word. Pure.
import type { Language } from "@cercle/kernel";
import type { TermsArticle, TermsDocument } from "./document.ts";

export type Run = { readonly kind: "same" | "added" | "removed"; readonly text: string };
export type ArticleChange = {
  readonly number: string;
  readonly change: "same" | "changed" | "added" | "removed";
  readonly title: readonly Run[];
  readonly text: readonly Run[];
};

/** Every article of either version, in the order of the later one; a removed article stands where it stood. */
export function compareTerms(before: TermsDocument, after: TermsDocument, language: Language): readonly ArticleChange[] {
  const old = new Map(before.articles.map((article) => [article.number, article]));
  const kept = new Set(after.articles.map(({ number }) => number));
  const changes: ArticleChange[] = [];
  const takeRemoved = (from: number): number => {
    let next = from;
    for (; next < before.articles.length; next++) {
      const article = before.articles[next];
      if (!article || kept.has(article.number)) break;
      changes.push(whole(article, "removed", language));
    }
    return next;
  };
  let place = takeRemoved(0);
  for (const article of after.articles) {
    const known = old.get(article.number);
    if (!known) {
      changes.push(whole(article, "added", language));
      continue;
    }
    const title = compareWords(known.title[language], article.title[language]);
    const text = compareWords(known.text[language], article.text[language]);
    const changed = [...title, ...text].some(({ kind }) => kind !== "same");
    changes.push({ number: article.number, change: changed ? "changed" : "same", title, text });
    place = takeRemoved(Math.max(place, before.articles.indexOf(known) + 1));
  }
  // What a new order left behind.
  for (const article of before.articles)
    if (!kept.has(article.number) && !changes.some(({ number }) => number === article.number)) changes.push(whole(article, "removed", language));
  return changes;
}

function whole(article: TermsArticle, change: "added" | "removed", language: Language): ArticleChange {
  return {
    number: article.number,
    change,
    title: [{ kind: change, text: article.title[language] }],
    text: [{ kind: change, text: article.text[language] }],
  };
}

/** Words added and removed: the longest common sequence of words, spaces kept with the word before them, one after the last. */
export function compareWords(before: string, after: string): readonly Run[] {
  const a = split(before);
  const b = split(after);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const runs: Run[] = [];
  const push = (kind: Run["kind"], words: readonly string[]): void => {
    const last = runs.at(-1);
    const text = words.join("");
    if (text === "") return;
    if (last?.kind === kind) runs[runs.length - 1] = { kind, text: last.text + text };
    else runs.push({ kind, text });
  };
  push("same", a.slice(0, start));
  compareMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end), push);
  push("same", a.slice(a.length - end));
  return runs;
}

const split = (text: string): readonly string[] => `${text.trim()} `.match(/\S+\s+/g) ?? [];

function compareMiddle(a: readonly string[], b: readonly string[], push: (kind: Run["kind"], words: readonly string[]) => void): void {
  const width = b.length + 1;
  // Lengths of the longest common sequence of what is left of both.
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push("same", [a[i] ?? ""]);
      i++;
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) push("removed", [a[i++] ?? ""]);
    else push("added", [b[j++] ?? ""]);
  }
}
