// `cercle mailbox add|list|remove|app-password`, `cercle mail queue|partners`.
import type { Command } from "@cercle/kernel";

const operatorOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

export const mailboxCommands: readonly Command[] = [
  {
    words: ["mailbox", "add"],
    positions: ["ADDRESS"],
    about: { fr: "crée une boîte", en: "makes a mailbox" },
    options: [
      { name: "kind", kind: "text", about: { fr: "personal, organisational, applicative", en: "personal, organisational, applicative" } },
      { name: "responsible", kind: "text", about: { fr: "identifiant national du responsable", en: "national identifier of who answers for it" } },
      {
        name: "structure",
        kind: "text",
        about: { fr: "identifiant de la structure, pour publier la boîte", en: "identifier of the structure, to publish the mailbox" },
      },
      { name: "service", kind: "text", about: { fr: "service de rattachement", en: "department" } },
    ],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `/api/mail/${encodeURIComponent(operatorOf(input.words[0] ?? ""))}/mailboxes`,
        body: {
          address: input.words[0],
          kind: input.text("kind") ?? "organisational",
          ...Object.fromEntries(["responsible", "structure", "service"].flatMap((name) => (input.text(name) ? [[name, input.text(name)]] : []))),
        },
      }),
    human: (result) => (result as { address: string }).address,
  },
  {
    words: ["mailbox", "list"],
    positions: ["DOMAIN"],
    about: { fr: "liste les boîtes d’un domaine", en: "lists the mailboxes of a domain" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/mailboxes` }),
    human: (result) => (result as { address: string; kind: string }[]).map((row) => `${row.address}  ${row.kind}`).join("\n"),
  },
  {
    words: ["mailbox", "remove"],
    positions: ["ADDRESS"],
    about: { fr: "supprime une boîte", en: "removes a mailbox" },
    run: (input, { ask }) =>
      ask({
        method: "DELETE",
        path: `/api/mail/${encodeURIComponent(operatorOf(input.words[0] ?? ""))}/mailboxes/${encodeURIComponent(input.words[0] ?? "")}`,
      }),
  },
  {
    words: ["mailbox", "app-password"],
    positions: ["ADDRESS"],
    about: { fr: "donne un mot de passe d’application, montré une fois", en: "gives an application password, shown once" },
    options: [
      { name: "label", kind: "text", about: { fr: "appareil", en: "device" } },
      { name: "person", kind: "text", about: { fr: "identifiant national de qui s’en sert", en: "national identifier of who uses it" } },
      { name: "accept-agreement", kind: "flag", about: { fr: "la personne accepte la convention de preuve", en: "the person accepts the evidence agreement" } },
    ],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `/api/mail/${encodeURIComponent(operatorOf(input.words[0] ?? ""))}/mailboxes/${encodeURIComponent(input.words[0] ?? "")}/passwords`,
        body: {
          label: input.text("label") ?? "cercle",
          accept_agreement: input.flag("accept-agreement"),
          ...(input.text("person") ? { person: input.text("person") } : {}),
        },
      }),
    human: (result) => (result as { password: string }).password,
  },
  {
    words: ["mail", "quarantine"],
    positions: ["DOMAIN"],
    about: { fr: "montre les messages où l’antivirus a trouvé un programme malveillant", en: "shows the messages that the scanner found malware in" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/quarantine` }),
    human: (result) =>
      (result as { at: string; found: string; sender: string; recipients: string[] }[])
        .map(({ at, found, sender, recipients }) => `${at}  ${found}  ${sender} → ${recipients.join(", ")}`)
        .join("\n"),
  },
  {
    words: ["mail", "queue"],
    positions: ["DOMAIN"],
    about: { fr: "montre la file d’attente d’un opérateur", en: "shows the queue of an operator" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/queue` }),
  },
  {
    words: ["mail", "partners"],
    positions: ["DOMAIN"],
    about: { fr: "montre la liste blanche qu’un opérateur applique", en: "shows the whitelist that an operator applies" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/partners` }),
  },
  {
    words: ["mailbox", "allow"],
    positions: ["ADDRESS", "HOLDER"],
    about: {
      fr: "permet à une personne, ou à un composant par son certificat, de se servir d’une boîte",
      en: "lets a person, or a component by its certificate, use a mailbox",
    },
    options: [
      { name: "read-only", kind: "flag", about: { fr: "sans envoyer en son nom", en: "without sending in its name" } },
      {
        name: "certificate",
        kind: "text",
        about: { fr: "certificat (PEM) du composant, pour une boîte applicative", en: "certificate (PEM) of the component, for an applicative mailbox" },
      },
    ],
    async run(input, { ask, readFile }) {
      const [address = "", holder] = input.words;
      const file = input.text("certificate");
      const path = `/api/mail/${encodeURIComponent(operatorOf(address))}/mailboxes/${encodeURIComponent(address)}`;
      const body = { ...(holder === undefined ? {} : { holder }), may_send: !input.flag("read-only") };
      if (file === undefined) return ask({ method: "POST", path: `${path}/users`, body });
      const certificate = Buffer.from(await readFile(file)).toString("utf8");
      return ask({ method: "POST", path: `${path}/certificates`, body: { ...body, certificate } });
    },
  },
];
