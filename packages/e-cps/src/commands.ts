// `cercle e-cps …`: devices without a screen. Each asks the sandbox's door, which speaks the application's own protocol.
import type { Command, CommandInput, CommandOption } from "@cercle/kernel";

type Answered = { id: string; state: string; service: { fr: string; en: string }; place: string };
type Listed = { id: string; state: string; name: string | null; activated_at: string };

const id: CommandOption = { name: "id", kind: "text", required: true, about: { fr: "identifiant national", en: "national identifier" } };
const pin: CommandOption = { name: "pin", kind: "text", required: true, about: { fr: "code à quatre chiffres", en: "four-digit code" } };
const wait: CommandOption = { name: "wait", kind: "text", about: { fr: "secondes d’attente (30)", en: "seconds to wait (30)" } };

const bodyOf = (input: CommandInput): Record<string, unknown> => ({
  id: input.text("id"),
  ...(input.text("pin") ? { pin: input.text("pin") } : {}),
  ...(input.text("number") ? { number: input.text("number") } : {}),
  ...(input.text("wait") ? { wait: Number(input.text("wait")) } : {}),
});
const line = (result: unknown): string => {
  const { id: who, state, service, place } = result as Answered;
  return `${who}  ${state}  ${service.fr}  ${place}`;
};
const answer = (word: string, about: Command["about"], options: readonly CommandOption[]): Command => ({
  words: ["e-cps", word],
  about,
  options: [id, ...options, wait],
  run: (input, { ask }) => ask({ method: "POST", path: `/api/sandbox/e-cps/${word}`, body: bodyOf(input) }),
  human: line,
});

export const eCpsCommands: readonly Command[] = [
  {
    words: ["e-cps", "activate"],
    about: { fr: "active une e-CPS sans écran (remplace celle de la personne)", en: "activates an e-CPS without a screen (replaces the person’s)" },
    options: [id, pin],
    run: (input, { ask }) => ask({ method: "POST", path: "/api/sandbox/e-cps/activate", body: bodyOf(input) }),
    human: (result) => (result as { id: string }).id,
  },
  {
    words: ["e-cps", "approve"],
    about: { fr: "valide la demande qui attend, ou la prochaine", en: "approves the request that waits, or the next" },
    options: [
      id,
      pin,
      { name: "number", kind: "text", about: { fr: "nombre affiché à l’écran de connexion", en: "number on the sign-in screen" } },
      { name: "watch", kind: "flag", about: { fr: "valide chaque demande jusqu’à Ctrl-C", en: "approves each request until Ctrl-C" } },
      wait,
    ],
    async run(input, { ask, print, interrupted, json }) {
      const once = (body: object): Promise<unknown> => ask({ method: "POST", path: "/api/sandbox/e-cps/approve", body });
      if (!input.flag("watch")) return once(bodyOf(input));
      while (!interrupted.aborted) {
        const result = await once({ ...bodyOf(input), wait: 5 }).catch((error: unknown) => {
          if ((error as { code?: string }).code === "e-cps.nothing-waiting") return undefined;
          throw error;
        });
        if (result) print(json ? JSON.stringify(result) : line(result));
      }
      return undefined;
    },
    human: line,
  },
  answer("deny", { fr: "refuse la demande qui attend", en: "refuses the request that waits" }, []),
  answer("wrong-number", { fr: "répond avec un nombre faux", en: "answers with a wrong number" }, [pin]),
  answer("report", { fr: "refuse et signale la demande qui attend", en: "refuses and reports the request that waits" }, []),
  {
    words: ["e-cps", "terms"],
    about: { fr: "accepte ou refuse la nouvelle version des conditions", en: "accepts or refuses the new version of the terms" },
    options: [id, { name: "answer", kind: "text", required: true, about: { fr: "accepted ou refused", en: "accepted or refused" } }],
    run: (input, { ask }) => ask({ method: "POST", path: "/api/sandbox/e-cps/terms", body: { id: input.text("id"), answer: input.text("answer") } }),
    human: (result) => Object.values(result as Record<string, string>).join("  "),
  },
  {
    words: ["e-cps", "list"],
    about: { fr: "liste les e-CPS", en: "lists e-CPS" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/e-cps" }),
    human: (result) => (result as Listed[]).map((one) => `${one.id}  ${one.state}  ${one.name ?? ""}  ${one.activated_at}`).join("\n"),
  },
  {
    words: ["e-cps", "remove"],
    about: { fr: "supprime l’e-CPS d’une personne", en: "removes a person’s e-CPS" },
    options: [id],
    run: (input, { ask }) => ask({ method: "DELETE", path: `/api/e-cps/${encodeURIComponent(input.text("id") ?? "")}` }),
    human: (result) => (result as { id: string }).id,
  },
];
