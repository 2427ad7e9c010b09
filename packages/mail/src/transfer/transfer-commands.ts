// `cercle mail transfer announce|accept|confirm|show|switch|cancel|withdraw`.
import type { ApiRequest, Command, Language, Text } from "@cercle/kernel";

type Shown = {
  domain: string;
  role: string;
  state: string;
  organisation: string;
  code: string | null;
  facts: Record<string, string | number>;
  invitation?: string;
};

const states: Readonly<Record<string, Text>> = {
  announced: { fr: "annoncée, l’autre opérateur n’a pas encore pris l’invitation", en: "announced, the other operator has not taken the invitation yet" },
  accepted: { fr: "acceptée : comparez le code avec l’autre opérateur", en: "accepted: compare the code with the other operator" },
  copying: { fr: "copie en cours, le service continue", en: "copying, the service goes on" },
  closing: { fr: "fermeture : les envois en cours se terminent", en: "closing: what is on its way out ends" },
  closed: { fr: "fermé, dernière copie et comparaison", en: "closed, last copy and comparison" },
  switched: { fr: "basculé : la liste nomme le nouvel opérateur", en: "switched: the list names the new operator" },
  received: { fr: "reçu : le domaine est ici", en: "received: the domain is here" },
  withdrawn: { fr: "retiré : la copie d’ici est effacée", en: "withdrawn: the copy here is erased" },
  cancelled: { fr: "annulée", en: "cancelled" },
};

const say = (result: unknown, language: Language): string => {
  const { domain, organisation, state, code, facts } = result as Shown;
  return [
    `${domain} → ${organisation}`,
    states[state]?.[language] ?? state,
    ...(code ? [`code ${code}`] : []),
    ...Object.entries(facts).map(([name, value]) => `  ${name} ${value}`),
  ].join("\n");
};

const at = (domain: string | undefined, act = ""): string => `/api/mail/${encodeURIComponent((domain ?? "").toLowerCase())}/transfer${act}`;
const organisation = {
  name: "to",
  kind: "text",
  required: true,
  about: { fr: "raison sociale du nouvel opérateur", en: "organisation of the new operator" },
} as const;

const plain = (word: string, about: Text, request: (domain: string | undefined) => ApiRequest): Command => ({
  words: ["mail", "transfer", word],
  positions: ["DOMAIN"],
  about,
  run: (input, { ask }) => ask(request(input.words[0])),
  human: say,
});

export const transferCommands: readonly Command[] = [
  {
    words: ["mail", "transfer", "announce"],
    positions: ["DOMAIN"],
    about: {
      fr: "annonce la cession d’un domaine à un autre opérateur (MSS 13) et écrit l’invitation",
      en: "announces the transfer of a domain to another operator (MSS 13) and writes the invitation",
    },
    options: [
      organisation,
      { name: "out", kind: "text", about: { fr: "fichier de l’invitation (DOMAIN.invitation)", en: "file of the invitation (DOMAIN.invitation)" } },
    ],
    async run(input, { ask, writeFile }) {
      const [domain] = input.words;
      const { invitation = "", ...shown } = (await ask({ method: "POST", path: at(domain), body: { organisation: input.text("to") } })) as Shown;
      const file = input.text("out") ?? `${domain}.invitation`;
      await writeFile(file, `${invitation}\n`, 0o600);
      return { ...shown, file };
    },
    human: (result, language) => `${say(result, language)}\n${(result as { file: string }).file}`,
  },
  {
    words: ["mail", "transfer", "accept"],
    positions: ["DOMAIN", "FILE"],
    about: {
      fr: "prend l’invitation chez le nouvel opérateur et montre le code à comparer",
      en: "takes the invitation at the new operator and shows the code to compare",
    },
    options: [organisation],
    async run(input, { ask, readFile }) {
      const invitation = Buffer.from(await readFile(input.words[1] ?? "")).toString("utf8");
      return ask({ method: "POST", path: at(input.words[0], "/accept"), body: { invitation, organisation: input.text("to") } });
    },
    human: say,
  },
  {
    words: ["mail", "transfer", "confirm"],
    positions: ["DOMAIN", "CODE"],
    about: {
      fr: "dit à l’ancien opérateur le code que le nouveau montre : la copie commence",
      en: "tells the former operator the code that the new one shows: copying begins",
    },
    run: (input, { ask }) => ask({ method: "POST", path: at(input.words[0], "/confirm"), body: { code: input.words[1] ?? "" } }),
    human: say,
  },
  plain("show", { fr: "montre où en est une cession", en: "shows how far a transfer is" }, (domain) => ({ method: "GET", path: at(domain) })),
  plain(
    "switch",
    {
      fr: "ferme le domaine ; une fois les copies égales, il passe au nouvel opérateur",
      en: "closes the domain; once the copies agree it goes to the new operator",
    },
    (domain) => ({
      method: "POST",
      path: at(domain, "/switch"),
    }),
  ),
  plain("cancel", { fr: "annule une cession avant la bascule", en: "cancels a transfer before the switch" }, (domain) => ({
    method: "POST",
    path: at(domain, "/cancel"),
  })),
  plain("withdraw", { fr: "efface la copie de l’ancien opérateur, après la bascule", en: "erases the former operator’s copy, after the switch" }, (domain) => ({
    method: "POST",
    path: at(domain, "/withdraw"),
  })),
];
