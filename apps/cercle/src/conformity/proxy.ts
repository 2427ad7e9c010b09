// `cercle conformity proxy`: any vendor's e-health proxy driven as the national conformity tool does, by CIBA and by code.
import { type Command, type CommandInput, Refusal } from "@cercle/kernel";
import type { ProxyResult, ProxyTarget } from "../../../../conformity/proxy/suite.ts";
import { conformityErrors } from "./errors.ts";

const text = (name: string, fr: string, en: string, required = false) => ({ name, kind: "text" as const, required, about: { fr, en } });
const answerSeconds = 30;

export const conformityProxy: Command = {
  words: ["conformity", "proxy"],
  about: {
    fr: "examine un proxy e-santé de l’extérieur, comme l’outil national : connexion, envoi, déconnexion, traces",
    en: "examines an e-health proxy from outside, as the national tool does: connect, send, disconnect, traces",
  },
  options: [
    text("url", "adresse du proxy", "address of the proxy", true),
    text("client", "identifiant du logiciel", "identifier of the software", true),
    text("person", "identifiant national de la personne de test", "national identifier of the test person", true),
    text("api", "API atteinte par ce logiciel", "API that this software reaches", true),
    text("path", "chemin de cette API, en lecture", "path of that API, for reading"),
    text("key-file", "fichier de la clé du logiciel", "file with the software’s key"),
    text("traces-key-file", "fichier de la clé qui lit les traces", "file with the key that reads the traces"),
    text("trust", "ancres du certificat du proxy, PEM", "anchors of the proxy’s certificate, PEM"),
    text(
      "pin",
      "code de l’e-CPS sans écran du bac à sable, qui valide ; sinon la personne valide elle-même",
      "PIN of the sandbox’s e-CPS without a screen, which approves; otherwise the person does",
    ),
    text("code", "essaie aussi le flux par code, avec cette adresse de retour", "also tries the code flow, with this return address"),
    { name: "only", kind: "list", about: { fr: "ces contrôles seulement", en: "these checks only" } },
    text("report", "fichier de résultats à écrire", "result file to write"),
  ],
  async run(input, { ask, readFile, writeFile, print, json }) {
    const read = async (name: string): Promise<string | undefined> => {
      const place = input.text(name);
      return place === undefined
        ? undefined
        : Buffer.from(await readFile(place))
            .toString("utf8")
            .trim();
    };
    const { examineProxy } = await import("../../../../conformity/proxy/suite.ts");
    const { walkSignIn } = await import("../../../../conformity/proxy/browser.ts");
    const pin = input.text("pin");
    const person = input.text("person") ?? "";
    const approve = async (): Promise<void> => {
      if (!pin) return;
      // The request is on its way: the telephone waits for it, and is asked again while nothing has come.
      for (const end = performance.now() + answerSeconds * 1000; ; ) {
        try {
          await ask({ method: "POST", path: "/api/sandbox/e-cps/approve", body: { id: person, pin, wait: 10 } });
          return;
        } catch (error) {
          if (!(error instanceof Refusal) || error.code !== "e-cps.nothing-waiting" || performance.now() > end) throw error;
        }
      }
    };
    const back = input.text("code");
    const target: ProxyTarget = {
      ...targetOf(input),
      softwareKey: await read("key-file"),
      tracesKey: await read("traces-key-file"),
      trust: await read("trust"),
      approve,
      code: back === undefined ? undefined : { back, walk: (authorization) => walkSignIn({ authorization, back, person, approve }) },
    };
    const results = await examineProxy(target, input.list("only"));
    const out = input.text("report");
    if (out) await writeFile(out, `${JSON.stringify({ proxy: target.url, at: new Date().toISOString(), results }, null, 2)}\n`);
    const failed = results.filter((result) => !result.passed);
    if (failed.length === 0) return results;
    print(json ? JSON.stringify(results, null, 2) : describe(results));
    const which = failed.map((result) => `${result.check} (${result.why})`).join("; ");
    throw conformityErrors.refuse("conformity.failed", { params: { failed: failed.length, all: results.length, which } });
  },
  human: (result) => describe(result as readonly ProxyResult[]),
};

function targetOf(input: CommandInput): Pick<ProxyTarget, "url" | "clientId" | "person" | "api" | "path"> {
  const given = (name: string): string => input.text(name) ?? "";
  return { url: given("url"), clientId: given("client"), person: given("person"), api: given("api"), path: given("path") };
}

const describe = (results: readonly ProxyResult[]): string =>
  results.map((one) => `${one.passed ? "✔" : "✖"} [${one.requirement}] ${one.check}${one.why ? `: ${one.why}` : ""}`).join("\n");
