// `cercle account invite|list`.
import type { Command } from "@cercle/kernel";

export const accountsCommands: readonly Command[] = [
  {
    words: ["account", "invite"],
    about: { fr: "invite une personne : affiche un lien à usage unique", en: "invites a person: prints a single-use link" },
    options: [
      { name: "name", kind: "text", required: true, about: { fr: "prénom et nom", en: "given and family name" } },
      { name: "email", kind: "text", about: { fr: "adresse", en: "address" } },
      {
        name: "role",
        kind: "list",
        required: true,
        about: {
          fr: "officer, second-officer, auditor, controller, vendor, operator-contact",
          en: "officer, second-officer, auditor, controller, vendor, operator-contact",
        },
      },
    ],
    run: (input, { ask }) =>
      ask({ method: "POST", path: "/api/accounts", body: { name: input.text("name"), email: input.text("email"), roles: input.list("role") } }),
    human: (result) => (result as { link: string }).link,
  },
  {
    words: ["account", "list"],
    about: { fr: "liste les comptes", en: "lists accounts" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/accounts" }),
    human: (result) =>
      (result as { id: string; name: string; roles: string[] }[]).map((account) => `${account.id}  ${account.name}  ${account.roles.join(", ")}`).join("\n"),
  },
];
