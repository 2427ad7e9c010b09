// `cercle hook …`: webhooks of the agency's side, as the operator of the machine.
import type { Command } from "@cercle/kernel";

type HookLine = { id: string; url: string; file: string | null };
type DeliveryLine = { id: string; kind: string; file: string; entry: number | null; state: string; attempts: number; tried: { failure: string | null }[] };
const hook = (word: string | undefined): string => `/api/hooks/${encodeURIComponent(word ?? "")}`;

export const hookCommands: readonly Command[] = [
  {
    words: ["hook", "add"],
    about: { fr: "demande à être prévenu par un appel signé", en: "asks to be told by a signed call" },
    positions: ["URL"],
    options: [{ name: "file", kind: "text", about: { fr: "un seul dossier", en: "one file only" } }],
    run: (input, { ask }) =>
      ask({ method: "POST", path: "/api/hooks", body: { url: input.words[0] ?? "", ...(input.text("file") ? { file: input.text("file") } : {}) } }),
    human: (result) => `${(result as { id: string }).id}\n${(result as { secret: string }).secret}`,
  },
  {
    words: ["hook", "list"],
    about: { fr: "liste les appels", en: "lists webhooks" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/hooks" }),
    human: (result) => (result as HookLine[]).map(({ id, url, file }) => `${id}  ${url}  ${file ?? "*"}`).join("\n"),
  },
  {
    words: ["hook", "deliveries"],
    about: { fr: "montre ce qu’un appel a transmis", en: "shows what a webhook was told" },
    positions: ["HOOK"],
    run: (input, { ask }) => ask({ method: "GET", path: `${hook(input.words[0])}/deliveries` }),
    human: (result) =>
      (result as DeliveryLine[])
        .map(
          ({ id, kind, file, entry, state, attempts, tried }) => `${id}  ${state}  ${attempts}  ${kind} ${file} ${entry ?? ""} ${tried.at(-1)?.failure ?? ""}`,
        )
        .join("\n"),
  },
  {
    words: ["hook", "replay"],
    about: { fr: "transmet à nouveau", en: "tells again" },
    positions: ["HOOK"],
    options: [
      { name: "delivery", kind: "text", about: { fr: "une transmission", en: "one delivery" } },
      { name: "since", kind: "text", about: { fr: "toutes depuis cet instant", en: "all since this instant" } },
    ],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `${hook(input.words[0])}/replay`,
        body: input.text("delivery") ? { delivery: input.text("delivery") } : { since: input.text("since") ?? "" },
      }),
    human: (result) => String((result as { queued: number }).queued),
  },
  {
    words: ["hook", "remove"],
    about: { fr: "met fin à un appel", en: "ends a webhook" },
    positions: ["HOOK"],
    run: (input, { ask }) => ask({ method: "DELETE", path: hook(input.words[0]) }),
  },
];
