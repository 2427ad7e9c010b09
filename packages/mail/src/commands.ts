// `cercle mailbox add|list|remove|app-password`, `cercle mail queue|partners`.
import type { Command } from "@cercle/kernel";

const operatorOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);

export const mailCommands: readonly Command[] = [
  {
    words: ["mailbox", "add"],
    positions: ["ADDRESS"],
    about: { fr: "crée une boîte", en: "makes a mailbox" },
    options: [
      { name: "kind", kind: "text", about: { fr: "personal, organisational, applicative", en: "personal, organisational, applicative" } },
      { name: "responsible", kind: "text", about: { fr: "identifiant national du responsable", en: "national identifier of who answers for it" } },
    ],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `/api/mail/${encodeURIComponent(operatorOf(input.words[0] ?? ""))}/mailboxes`,
        body: { address: input.words[0], kind: input.text("kind") ?? "organisational", responsible: input.text("responsible") },
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
    options: [{ name: "label", kind: "text", about: { fr: "appareil", en: "device" } }],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `/api/mail/${encodeURIComponent(operatorOf(input.words[0] ?? ""))}/mailboxes/${encodeURIComponent(input.words[0] ?? "")}/passwords`,
        body: { label: input.text("label") ?? "cercle" },
      }),
    human: (result) => (result as { password: string }).password,
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
];
