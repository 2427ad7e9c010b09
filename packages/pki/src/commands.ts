// `cercle certificate issue|list|show|revoke|renew`.
import { generateKeyPairSync } from "node:crypto";
import type { Command } from "@cercle/kernel";

type Issued = { serial: string; profile: string; not_after: string; certificate: string };
type Row = { serial: string; profile: string; subject: string; state: string; not_after: string };

const line = (row: Row): string => `${row.serial}  ${row.state.padEnd(8)} ${row.not_after.slice(0, 10)}  ${row.profile.padEnd(20)} ${row.subject}`;

export const pkiCommands: readonly Command[] = [
  {
    words: ["certificate", "issue"],
    about: { fr: "délivre un certificat, pour une clé neuve ou pour une demande PKCS#10", en: "issues a certificate, for a new key or for a PKCS#10 request" },
    options: [
      {
        name: "profile",
        kind: "text",
        required: true,
        about: { fr: "serv-ssl, org-auth-cli, org-sign, mail-server", en: "serv-ssl, org-auth-cli, org-sign, mail-server" },
      },
      { name: "name", kind: "text", required: true, about: { fr: "nom commun : serveur ou application", en: "common name: server or application" } },
      { name: "organization", kind: "text", required: true, about: { fr: "raison sociale", en: "organisation" } },
      {
        name: "organization-id",
        kind: "text",
        about: { fr: "identifiant national de la structure, préfixe compris", en: "national identifier of the structure, with its prefix" },
      },
      { name: "hosts", kind: "list", about: { fr: "noms de serveur", en: "host names" } },
      {
        name: "csr",
        kind: "text",
        about: { fr: "fichier PEM de la demande ; sans elle une clé est faite", en: "PEM file of the request; without it a key is made" },
      },
      {
        name: "out",
        kind: "text",
        required: true,
        about: { fr: "début du nom des fichiers écrits (.pem, .key)", en: "beginning of the names of the files written (.pem, .key)" },
      },
    ],
    async run(input, { ask, readFile, writeFile }) {
      const out = input.text("out") ?? "";
      const file = input.text("csr");
      const made = file ? undefined : await makeRequest();
      const issued = (await ask({
        method: "POST",
        path: "/api/pki/certificates",
        body: {
          profile: input.text("profile"),
          request: made?.request ?? Buffer.from(await readFile(file ?? "")).toString("utf8"),
          common_name: input.text("name"),
          organization: input.text("organization"),
          ...(input.text("organization-id") ? { organization_id: input.text("organization-id") } : {}),
          hosts: input.list("hosts"),
        },
      })) as Issued;
      await writeFile(`${out}.pem`, issued.certificate, 0o644);
      if (made) await writeFile(`${out}.key`, made.key);
      return { serial: issued.serial, profile: issued.profile, not_after: issued.not_after, certificate: `${out}.pem`, ...(made ? { key: `${out}.key` } : {}) };
    },
    human: (result) => Object.values(result as Record<string, string>).join("\n"),
  },
  {
    words: ["certificate", "list"],
    about: { fr: "le registre des certificats", en: "the register of certificates" },
    options: [
      { name: "profile", kind: "text", about: { fr: "un seul profil", en: "one profile only" } },
      { name: "text", kind: "text", about: { fr: "contenu dans le nom", en: "contained in the name" } },
    ],
    run(input, { ask }) {
      const query = new URLSearchParams();
      for (const name of ["profile", "text"]) if (input.text(name)) query.set(name, input.text(name) ?? "");
      return ask({ method: "GET", path: `/api/pki/certificates?${query}` });
    },
    human: (result) => (result as Row[]).map(line).join("\n"),
  },
  {
    words: ["certificate", "show"],
    about: { fr: "un certificat et son état", en: "a certificate and its state" },
    positions: ["SERIAL"],
    run: (input, { ask }) => ask({ method: "GET", path: `/api/pki/certificates/${encodeURIComponent(input.words[0] ?? "")}` }),
    human: (result) => `${line(result as Row)}\n${(result as Issued).certificate}`,
  },
  {
    words: ["certificate", "revoke"],
    about: { fr: "révoque un certificat, pour de bon", en: "revokes a certificate, for good" },
    positions: ["SERIAL"],
    options: [
      {
        name: "reason",
        kind: "text",
        about: { fr: "keyCompromise, superseded, cessationOfOperation…", en: "keyCompromise, superseded, cessationOfOperation…" },
      },
    ],
    run: (input, { ask }) =>
      ask({
        method: "POST",
        path: `/api/pki/certificates/${encodeURIComponent(input.words[0] ?? "")}/revocation`,
        body: { ...(input.text("reason") ? { reason: input.text("reason") } : {}) },
      }),
    human: (result) => line(result as Row),
  },
  {
    words: ["certificate", "renew"],
    about: { fr: "délivre de nouveau le même certificat", en: "issues the same certificate again" },
    positions: ["SERIAL"],
    options: [
      { name: "csr", kind: "text", about: { fr: "demande pour une clé neuve", en: "request for a new key" } },
      { name: "out", kind: "text", required: true, about: { fr: "fichier à écrire", en: "file to write" } },
    ],
    async run(input, { ask, readFile, writeFile }) {
      const file = input.text("csr");
      const body = file ? { request: Buffer.from(await readFile(file)).toString("utf8") } : {};
      const issued = (await ask({ method: "POST", path: `/api/pki/certificates/${encodeURIComponent(input.words[0] ?? "")}/renewal`, body })) as Issued;
      const out = input.text("out") ?? "";
      await writeFile(out, issued.certificate, 0o644);
      return { serial: issued.serial, profile: issued.profile, not_after: issued.not_after, certificate: out };
    },
    human: (result) => Object.values(result as Record<string, string>).join("\n"),
  },
];

/** A key and its request, made where the command runs: the key never travels. */
async function makeRequest(): Promise<{ request: string; key: string }> {
  const { toPem } = await import("./authorities/authorities.ts");
  const { buildRequest } = await import("./encoding/build-request.ts");
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const request = buildRequest({ key: privateKey, spki: publicKey.export({ type: "spki", format: "der" }) });
  return { request: toPem(request, "CERTIFICATE REQUEST"), key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}
