// `cercle init --mode live`: asks what a live space needs, makes its keys, writes a configuration that passes `config check`,
// and prints the single-use links by which two named officers enrol a passkey. There is no default account.
import { randomBytes } from "node:crypto";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { type Command, type CommandInput, type Language, say } from "@cercle/kernel";
import { programErrors } from "../errors.ts";
import { liveTexts } from "../live-texts.ts";
import { ceremonyCommand } from "./ceremony-command.ts";
import { parseCommandLine } from "./parse.ts";
import { unwrapReply } from "./reply.ts";

type Question = { readonly name: string; readonly key: keyof typeof liveTexts; readonly usual?: string; readonly optional?: boolean };

const questions: readonly Question[] = [
  { name: "config", key: "program.init.config", usual: "cercle.json" },
  { name: "public-host", key: "program.init.public-host" },
  { name: "host", key: "program.init.host", usual: "0.0.0.0" },
  { name: "tls-certificate", key: "program.init.tls-certificate", optional: true },
  { name: "tls-key", key: "program.init.tls-key", optional: true },
  { name: "database-url", key: "program.init.database-url", optional: true },
  { name: "master-key", key: "program.init.master-key" },
  { name: "gateway", key: "program.init.gateway", optional: true },
];

/** From the options, else from the person; a script without a terminal gets the usual answer or a refusal that names the option. */
async function ask(input: CommandInput, language: Language): Promise<{ answers: Readonly<Record<string, string>>; officers: readonly string[] }> {
  const prompt = process.stdin.isTTY ? createInterface({ input: process.stdin, output: process.stderr }) : undefined;
  const one = async ({ name, key, usual, optional }: Question): Promise<string> => {
    const given = input.text(name) ?? (prompt ? (await prompt.question(`${say(liveTexts[key], language)}${usual ? ` [${usual}]` : ""} : `)).trim() : "");
    const answer = given || usual || "";
    if (answer === "" && !optional) throw programErrors.refuse("program.missing-option", { params: { option: name, command: "init" } });
    return answer;
  };
  try {
    const answers: Record<string, string> = {};
    for (const question of questions) answers[question.name] = await one(question);
    const officers = [...input.list("officer")];
    while (prompt && officers.length < 2) officers.push((await prompt.question(`${say(liveTexts["program.init.officer"], language)} : `)).trim());
    if (new Set(officers.filter((name) => name.length > 1)).size < 2) {
      throw programErrors.refuse("program.missing-option", { params: { option: "officer", command: "init" } });
    }
    return { answers, officers: officers.slice(0, 2) };
  } finally {
    prompt?.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export const init: Command = {
  words: ["init"],
  about: liveTexts["program.init"],
  options: [
    { name: "mode", kind: "text", required: true, about: liveTexts["program.init.mode"] },
    ...questions.map(({ name, key }) => ({ name, kind: "text" as const, about: liveTexts[key] })),
    { name: "officer", kind: "list", about: liveTexts["program.init.officer"] },
  ],
  async run(input, context) {
    const { language } = context;
    if (input.text("mode") !== "live") throw programErrors.refuse("program.bad-option", { params: { problem: "--mode live ?", command: "init" } });
    const { answers, officers } = await ask(input, language);
    const config = resolve(answers.config ?? "");
    if (await isThere(config)) throw programErrors.refuse("program.exists", { params: { path: config } });
    const masterKey = resolve(answers["master-key"] ?? "");
    const ownCertificate = answers["tls-certificate"] !== "";
    const content = {
      "program.mode": "live",
      "program.public_host": answers["public-host"],
      "program.host": answers.host,
      "program.tls": ownCertificate ? "files" : "authority",
      ...(ownCertificate ? { "program.tls_certificate": resolve(answers["tls-certificate"] ?? ""), "program.tls_key": resolve(answers["tls-key"] ?? "") } : {}),
      ...(answers["database-url"] ? { "store.database_url": answers["database-url"] } : {}),
      ...(answers.gateway ? { "e-cps.gateway_url": answers.gateway } : {}),
      "pki.master_key_file": masterKey,
    };
    const { checkConfiguration, listProblems } = await import("../configuration.ts");
    const { configuration, problems } = checkConfiguration({ overrides: content });
    if (!configuration) throw programErrors.refuse("program.bad-configuration", { params: { problems: listProblems(problems) } });
    if (!(await isThere(masterKey))) {
      await mkdir(dirname(masterKey), { recursive: true, mode: 0o700 });
      await writeFile(masterKey, randomBytes(32), { mode: 0o600, flag: "wx" });
    }
    const draft = `${config}.part`;
    await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    // The two officers witness the ceremony; its minutes lie beside the configuration.
    const ceremony = ["pki", "ceremony", "--witness", officers.join(","), "--out", `${config}.ceremony.json`, "--config", draft];
    await ceremonyCommand.run(parseCommandLine([ceremonyCommand], ceremony).input, context);
    const { startCercle } = await import("../start.ts");
    const cercle = await startCercle({ configuration, listen: false });
    try {
      const links: { name: string; link: string }[] = [];
      for (const [index, name] of officers.entries()) {
        const request = {
          method: "POST",
          path: "/api/accounts",
          body: { name, roles: index === 0 ? ["officer"] : ["officer", "second-officer"] },
        } as const;
        const { link } = unwrapReply(await cercle.ask({ ...request, language }), request) as { link: string };
        links.push({ name, link });
      }
      // Written last: a configuration that is there is one whose keys and links were made.
      await rename(draft, config);
      return { config, links };
    } finally {
      await cercle.close();
    }
  },
  human(result, language) {
    const { config, links } = result as { config: string; links: { name: string; link: string }[] };
    const lines = links.map(({ name, link }) => `  ${name}\n  ${link}`);
    return [say(liveTexts["program.init.done"], language, { config }), ...lines, say(liveTexts["program.init.next"], language, { config })].join("\n");
  },
};
