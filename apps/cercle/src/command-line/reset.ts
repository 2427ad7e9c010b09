// `cercle reset`: the starting state again, beside a running space (at the same addresses) or without one.
import { type ApiReply, type Command, type Language, say } from "@cercle/kernel";
import { askServer } from "../control-socket.ts";
import { findDataFolder } from "../data-folder.ts";
import { programErrors } from "../errors.ts";
import { programTexts } from "../texts.ts";
import { unwrapReply } from "./reply.ts";

const waitMillis = 60_000;
const stateRequest = { method: "GET", path: "/api/space" } as const;

export const reset: Command = {
  words: ["reset"],
  about: programTexts["program.reset"],
  async run(_input, { language }) {
    const started = performance.now();
    const folder = findDataFolder();
    const request = { method: "POST", path: "/api/sandbox/reset" } as const;
    const reply = await askServer(folder, request, language);
    if (reply) {
      const { instance } = unwrapReply(reply, request) as { instance: string };
      await waitForAnother(folder, instance, language);
    } else await (await import("./reset-at-rest.ts")).resetAtRest();
    return { ms: Math.round(performance.now() - started) };
  },
  human: (result, language) => say(programTexts["program.reset-done"], language, result as { ms: number }),
};

/** The space closes, takes its starting state and opens again; its control socket is away meanwhile. */
async function waitForAnother(dataFolder: string, before: string, language: Language): Promise<void> {
  const end = performance.now() + waitMillis;
  while (performance.now() < end) {
    const reply: ApiReply | undefined = await askServer(dataFolder, stateRequest, language).catch(() => undefined);
    if (reply?.status === 200 && (reply.body as { instance: string }).instance !== before) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw programErrors.refuse("program.no-reset");
}
