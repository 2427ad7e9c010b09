// The address: `?request=ID&back=/login/…` as the sign-in page links here, `#/link/TOKEN`, and `#/done/OUTCOME` that survives a reload.
import type { Outcome } from "./request.tsx";

export type Address = { readonly link?: string; readonly done?: Outcome; readonly request?: string; readonly back?: string };

const outcomes: readonly string[] = ["approved", "refused", "reported", "wrong-number", "expired"];

export function readAddress({ hash, search }: { hash: string; search: string }): Address {
  const [path = "", inHash = ""] = hash.replace(/^#\/?/, "").split("?");
  const [place, word = ""] = path.split("/");
  const query = new URLSearchParams(search);
  const request = query.get("request") ?? undefined;
  const back = safeBack(new URLSearchParams(inHash).get("back") ?? query.get("back"));
  return {
    ...(place === "link" && word ? { link: word } : {}),
    ...(place === "done" && outcomes.includes(word) ? { done: word as Outcome } : {}),
    ...(request ? { request } : {}),
    ...(back ? { back } : {}),
  };
}

/** A path of this very origin, where the sign-in waits: nothing else may be led to from here. */
function safeBack(text: string | null): string | undefined {
  if (!text?.startsWith("/") || text.startsWith("//") || text.includes("\\")) return undefined;
  const url = URL.canParse(text, location.origin) ? new URL(text, location.origin) : undefined;
  return url?.origin === location.origin ? `${url.pathname}${url.search}${url.hash}` : undefined;
}

export function writeAddress({ done, back }: Address): void {
  const query = back ? `?back=${encodeURIComponent(back)}` : "";
  history.replaceState(null, "", `/app/${done ? `#/done/${done}${query}` : ""}`);
}
