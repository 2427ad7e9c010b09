// `cercle mail check|proof|verify|indicators|incidents|acts`.
import type { Command } from "@cercle/kernel";
import type { CheckStep } from "../check-address.ts";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

export const watchingCommands: readonly Command[] = [
  {
    words: ["mail", "check"],
    positions: ["ADDRESS"],
    about: {
      fr: "parcourt annuaire, liste blanche, TLS, certificat et destinataire d’une adresse, et nomme ce qui cède le premier",
      en: "walks directory, whitelist, TLS, certificate and recipient of an address, and names the first thing that fails",
    },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/check/${encodeURIComponent(input.words[0] ?? "")}` }),
    human: (result) => (result as { steps: readonly CheckStep[] }).steps.map(({ step, ok, said }) => `${ok ? "✔" : "✖"} ${step.padEnd(12)} ${said}`).join("\n"),
  },
  {
    words: ["mail", "proof"],
    positions: ["DOMAIN"],
    about: { fr: "écrit le fichier de preuve d’un message", en: "writes the proof file of a message" },
    options: [
      { name: "message-id", kind: "text", about: { fr: "Message-ID du message", en: "Message-ID of the message" } },
      { name: "digest", kind: "text", about: { fr: "empreinte du message", en: "fingerprint of the message" } },
      { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
    ],
    async run(input, { ask, writeFile }) {
      const query = new URLSearchParams();
      if (input.text("message-id")) query.set("message_id", input.text("message-id") ?? "");
      if (input.text("digest")) query.set("digest", input.text("digest") ?? "");
      const made = (await ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/proof?${query}` })) as {
        digest: string;
        proof: string;
      };
      await writeFile(input.text("out") ?? "", made.proof, 0o644);
      return { digest: made.digest, file: input.text("out") };
    },
    human: (result) => Object.values(result as Record<string, string>).join("\n"),
  },
  {
    words: ["mail", "verify"],
    positions: ["FILE"],
    alone: true,
    about: { fr: "vérifie un fichier de preuve, hors ligne", en: "verifies a proof file, offline" },
    options: [
      { name: "trust", kind: "text", required: true, about: { fr: "ancres de confiance (PEM)", en: "trust anchors (PEM)" } },
      { name: "message", kind: "text", about: { fr: "le message, pour comparer son empreinte", en: "the message, to compare its fingerprint" } },
    ],
    async run(input, { readFile }) {
      const message = input.text("message");
      const { verifyProof } = await import("./proof.ts");
      return verifyProof(text(await readFile(input.words[0] ?? "")), {
        trust: text(await readFile(input.text("trust") ?? "")),
        message: message === undefined ? undefined : Buffer.from(await readFile(message)),
      });
    },
    human: (result) => JSON.stringify(result, null, 2),
  },
  {
    words: ["mail", "indicators"],
    positions: ["DOMAIN", "MONTH"],
    about: {
      fr: "les indicateurs d’un mois (AAAA-MM) ; --send les envoie à l’agence",
      en: "the indicators of a month (YYYY-MM); --send sends them to the agency",
    },
    options: [{ name: "send", kind: "flag", about: { fr: "envoie", en: "sends" } }],
    run: (input, { ask }) =>
      ask({
        method: input.flag("send") ? "POST" : "GET",
        path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/indicators/${encodeURIComponent(input.words[1] ?? "")}`,
      }),
    human: (result) => JSON.stringify(result, null, 2),
  },
  {
    words: ["mail", "incidents"],
    positions: ["DOMAIN"],
    about: { fr: "les incidents d’un opérateur et leurs vingt-quatre heures", en: "the incidents of an operator and their twenty-four hours" },
    run: (input, { ask }) => ask({ method: "GET", path: `/api/mail/${encodeURIComponent(input.words[0] ?? "")}/incidents` }),
    human: (result) =>
      (result as { kind: string; identified_at: string; due_at: string; reported_at: string | null }[])
        .map((row) => `${row.identified_at}  ${row.kind}  ${row.reported_at ?? `→ ${row.due_at}`}`)
        .join("\n"),
  },
  {
    words: ["mail", "acts"],
    positions: ["ADDRESS"],
    about: { fr: "qui a fait quoi dans une boîte", en: "who did what in a mailbox" },
    run(input, { ask }) {
      const address = input.words[0] ?? "";
      return ask({
        method: "GET",
        path: `/api/mail/${encodeURIComponent(address.slice(address.lastIndexOf("@") + 1))}/mailboxes/${encodeURIComponent(address)}/acts`,
      });
    },
    human: (result) => (result as { at: string; holder: string; what: string }[]).map((row) => `${row.at}  ${row.holder}  ${row.what}`).join("\n"),
  },
];
