// A browser of a few lines for tests: cookies by path, redirects one at a time.
export type Page = { readonly url: string; readonly status: number; readonly body: string; readonly location: string | undefined };

export function createTestBrowser() {
  const jar = new Map<string, { value: string; path: string }>();
  const ask = async (url: string, form?: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> => {
    const path = new URL(url).pathname;
    const cookie = [...jar].flatMap(([name, { value, path: at }]) => (path.startsWith(at) ? [`${name}=${value}`] : [])).join("; ");
    const reply = await fetch(url, {
      redirect: "manual",
      headers: { cookie, accept: "text/html", "accept-language": "fr", ...headers },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of reply.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
      const at = pair.indexOf("=");
      const to = attributes.find((attribute) => attribute.toLowerCase().startsWith("path="))?.slice(5) ?? "/";
      if (pair.slice(at + 1) === "") jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path: to });
    }
    const location = reply.headers.get("location");
    return { url, status: reply.status, body: await reply.text(), location: location ? new URL(location, url).href : undefined };
  };
  /** Follows redirects (and pages that lead on by themselves) until `until` or a page that stays. */
  const go = async (url: string, until: string, form?: Record<string, string>): Promise<Page> => {
    let page = await ask(url, form);
    for (let hop = 0; hop < 10; hop++) {
      const moving = /http-equiv="refresh" content="0;url=/.test(page.body) ? /<a class="btn main" href="([^"]+)"/.exec(page.body)?.[1] : undefined;
      const next = page.location ?? (moving ? new URL(moving, page.url).href : undefined);
      if (!next || next.startsWith(until)) return next ? { ...page, location: next } : page;
      page = await ask(next);
    }
    throw new Error("too many redirections");
  };
  return { ask, go, jar };
}
