// Where an operator gets its list: the space's publisher, or an address of its own (the national one), asked again and again.
// A list that cannot be had or is refused leaves the last good one, with an alarm (`partners.ts`).
import type { Partners } from "./partners.ts";
import type { FetchBytes } from "./revocation.ts";

/** Asks `url` every `seconds`, and at once; answers how to stop. */
export function followWhitelist({
  url,
  seconds,
  partners,
  fetchBytes,
}: {
  url: string;
  seconds: number;
  partners: readonly Partners[];
  fetchBytes: FetchBytes;
}): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  const round = async (): Promise<void> => {
    const bytes = await fetchBytes(url).catch(() => undefined);
    for (const one of partners) {
      if (bytes) await one.accept(bytes);
      else one.raise("unreachable");
    }
  };
  const tick = (): void => {
    working = round()
      .catch(() => undefined)
      .finally(() => {
        if (!stopped) timer = setTimeout(tick, seconds * 1000);
      });
  };
  tick();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await working;
    },
  };
}

const longestAnswer = 32 * 1024 * 1024;

/** HTTP with a limit on time and size. */
export const fetchBytes: FetchBytes = async (url, request) => {
  const reply = await fetch(url, {
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
    ...(request ? { method: "POST", body: Buffer.from(request.body), headers: { "content-type": request.type } } : {}),
  });
  if (!reply.ok) throw new Error(`${reply.status}`);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body ?? []) {
    size += chunk.length;
    if (size > longestAnswer) throw new Error("too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
