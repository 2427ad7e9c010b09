// A browser of a few lines that signs a test person in on the sandbox's own page: cookies by path, redirects one at a time.
type Page = { readonly url: string; readonly body: string; readonly location: string | undefined };

const mostHops = 12;

/** Walks from the authorization request to the return address, which is answered and never asked for. */
export async function walkSignIn(options: { authorization: string; back: string; person: string; approve(): Promise<void> }): Promise<URL> {
  const { back } = options;
  const jar = new Map<string, { value: string; path: string }>();
  const ask = async (url: string, form?: Record<string, string>): Promise<Page> => {
    const { pathname } = new URL(url);
    const cookie = [...jar].flatMap(([name, { value, path }]) => (pathname.startsWith(path) ? [`${name}=${value}`] : [])).join("; ");
    const reply = await fetch(url, {
      redirect: "manual",
      headers: { cookie, accept: "text/html" },
      ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
    });
    for (const line of reply.headers.getSetCookie()) keepCookie(jar, line);
    const location = reply.headers.get("location");
    return { url, body: await reply.text(), location: location ? new URL(location, url).href : undefined };
  };
  const follow = async (url: string, form?: Record<string, string>): Promise<Page> => {
    let page = await ask(url, form);
    for (let hop = 0; hop < mostHops; hop++) {
      const moving = /http-equiv="refresh" content="0;url=/.test(page.body) ? /<a class="btn main" href="([^"]+)"/.exec(page.body)?.[1] : undefined;
      const next = page.location ?? (moving ? new URL(moving, page.url).href : undefined);
      if (!next || next.startsWith(back)) return { ...page, location: next };
      page = await ask(next);
    }
    throw new Error("too many redirections");
  };

  const first = await follow(options.authorization);
  const stamp = /name="stamp" value="([^"]+)"/.exec(first.body)?.[1] ?? "";
  const at = /^(https?:\/\/[^/]+\/login\/[\w-]+)/.exec(first.url)?.[1];
  if (!at) throw new Error("the authorization address led to no sign-in page");
  const waiting = await follow(`${at}/e-cps`, { identifier: options.person, stamp });
  await options.approve();
  const { location } = await follow(waiting.url);
  if (!location?.startsWith(back)) throw new Error("the sign-in did not come back");
  return new URL(location);
}

function keepCookie(jar: Map<string, { value: string; path: string }>, line: string): void {
  const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
  const at = pair.indexOf("=");
  const path = attributes.find((attribute) => attribute.toLowerCase().startsWith("path="))?.slice(5) ?? "/";
  if (pair.slice(at + 1) === "") jar.delete(pair.slice(0, at));
  else jar.set(pair.slice(0, at), { value: pair.slice(at + 1), path });
}
