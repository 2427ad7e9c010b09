// `cercle operator add`, `cercle demo partners`.
import type { Command } from "@cercle/kernel";

type Enrolled = { operator: string; domain: string; certificate: string; key: string; trust: string; serial: string };

export const operatorCommands: readonly Command[] = [
  {
    words: ["operator", "add"],
    about: {
      fr: "inscrit un opérateur extérieur (bac à sable) : domaine dans la liste blanche, certificat, clé, ancres",
      en: "enrols an outside operator (sandbox): domain in the whitelist, certificate, key, anchors",
    },
    options: [
      { name: "domain", kind: "text", required: true, about: { fr: "domaine de messagerie", en: "mail domain" } },
      { name: "organization", kind: "text", about: { fr: "raison sociale dans le certificat", en: "organisation in the certificate" } },
      {
        name: "out",
        kind: "text",
        about: { fr: "début du nom des fichiers écrits (le domaine sinon)", en: "beginning of the names of the files written (else the domain)" },
      },
    ],
    async run(input, { ask, writeFile }) {
      const made = (await ask({
        method: "POST",
        path: "/api/mail/operators",
        body: { domain: input.text("domain"), ...(input.text("organization") ? { organization: input.text("organization") } : {}) },
      })) as Enrolled;
      const out = input.text("out") ?? made.domain;
      const files = { certificate: `${out}.pem`, key: `${out}.key`, trust: `${out}-trust.pem` };
      await writeFile(files.certificate, made.certificate, 0o644);
      await writeFile(files.key, made.key, 0o600);
      await writeFile(files.trust, made.trust, 0o644);
      return { operator: made.operator, domain: made.domain, ...files, serial: made.serial };
    },
    human: (result) => Object.values(result as Record<string, string>).join("\n"),
  },
  {
    words: ["demo", "partners"],
    positions: ["DOMAIN"],
    about: {
      fr: "crée des boîtes qui répondent : accusé, chaque erreur d’intégration, lente, pleine",
      en: "makes mailboxes that answer: a receipt, each integration error, slowly, full",
    },
    run: (input, { ask }) => ask({ method: "POST", path: `/api/sandbox/mail/${encodeURIComponent(input.words[0] ?? "")}/robots` }),
    human: (result) => (result as { address: string; does: string }[]).map((row) => `${row.address}  ${row.does}`).join("\n"),
  },
];
