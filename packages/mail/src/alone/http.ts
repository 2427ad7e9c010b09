// JSON over HTTP with a limit on time and size; no redirect is followed.
export type AskJson = (
  url: string,
  request?: {
    readonly method?: "GET" | "POST" | "DELETE";
    readonly headers?: Readonly<Record<string, string>>;
    /** A form when it is `URLSearchParams`, else JSON. */
    readonly body?: unknown;
  },
) => Promise<{ readonly status: number; readonly body: unknown }>;

const longestAnswer = 4 * 1024 * 1024;
const patience = 10_000;

/** Throws when nothing can be had; what is no JSON is answered as undefined. */
export const askJson: AskJson = async (url, { method = "GET", headers = {}, body } = {}) => {
  const form = body instanceof URLSearchParams;
  const reply = await fetch(url, {
    method,
    redirect: "error",
    signal: AbortSignal.timeout(patience),
    headers: { ...headers, ...(body === undefined || form ? {} : { "content-type": "application/json" }) },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.length;
    if (size > longestAnswer) throw new Error("too long");
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
  } catch {
    return { status: reply.status, body: undefined };
  }
};
