// `cercle conformity card`: the compatibility tests of this machine with five simulated cards, and a result file signed by one of them.
// `cercle conformity check FILE`: whether a result file is whole and signed, by a card of the space (what the portal asks) or by the
// space itself (an operator's report, `operator.ts`).
import type { Command } from "@cercle/kernel";
import type { Deck, Result } from "../../../../conformity/card/suite.ts";
import { conformityErrors } from "./errors.ts";

type Made = Deck["cards"][number];
type ResultFile = { readonly format: "cercle-conformity-card-1"; readonly report: string; readonly signature: string };

const types = ["CPA", "CPS", "CPF", "CDE", "CPE"] as const;

async function makeDeck(ask: Parameters<Command["run"]>[1]["ask"]): Promise<Deck & { end(): Promise<void> }> {
  const cards: Made[] = [];
  for (const type of types) {
    const holder = { family_name: "CONFORMITE", given_name: type };
    cards.push((await ask({ method: "POST", path: "/api/cards", body: { id: `500000000000000/${type}TEST1`, type, holder } })) as Made);
  }
  let insertion: string | undefined;
  const beat = setInterval(() => {
    if (insertion) ask({ method: "PUT", path: `/api/insertions/${insertion}` }).catch(() => undefined);
  }, 2000);
  return {
    cards,
    async insert(card) {
      insertion = ((await ask({ method: "POST", path: `/api/cards/${card}/insertion`, body: {} })) as { insertion: string }).insertion;
    },
    async remove(card) {
      insertion = undefined;
      await ask({ method: "DELETE", path: `/api/cards/${card}/insertion` });
    },
    async end() {
      clearInterval(beat);
      for (const { card } of cards) await ask({ method: "POST", path: `/api/cards/${card}/revocation`, body: {} });
    },
  };
}

export const conformityCommands: readonly Command[] = [
  {
    words: ["conformity", "card"],
    about: {
      fr: "passe les tests de compatibilité de la carte sur ce poste (cinq cartes simulées)",
      en: "runs the card’s compatibility tests on this machine (five simulated cards)",
    },
    options: [
      { name: "report", kind: "text", about: { fr: "fichier de résultats signé à écrire", en: "signed result file to write" } },
      { name: "software", kind: "text", about: { fr: "logiciel et version éprouvés", en: "software and version under test" } },
    ],
    async run(input, { ask, writeFile }) {
      // The card library is loaded by who uses it, not by every command.
      const { runCardSuite, signReport } = await import("../../../../conformity/card/suite.ts");
      const { CpsError } = await import("@cercle/api-cps");
      const deck = await makeDeck(ask);
      try {
        const results = await runCardSuite(deck);
        const report = JSON.stringify({
          software: input.text("software") ?? null,
          at: new Date().toISOString(),
          platform: `${process.platform} ${process.arch}`,
          node: process.version,
          results,
        });
        const out = input.text("report");
        if (out) {
          const signature = Buffer.from(await signReport(deck, Buffer.from(report))).toString("base64");
          await writeFile(out, `${JSON.stringify({ format: "cercle-conformity-card-1", report, signature } satisfies ResultFile, null, 2)}\n`);
        }
        const failed = results.filter((result) => !result.passed);
        if (failed.length > 0) {
          const which = failed.map((result) => `${result.test} (${result.why})`).join("; ");
          throw conformityErrors.refuse("conformity.failed", { params: { failed: failed.length, all: results.length, which } });
        }
        return results;
      } catch (error) {
        if (error instanceof CpsError) throw conformityErrors.refuse("conformity.card-software", { params: { reason: error.message } });
        throw error;
      } finally {
        await deck.end();
      }
    },
    human: (result) => (result as readonly Result[]).map((one) => `${one.passed ? "✔" : "✖"} [${one.requirement}] ${one.test} (${one.ms} ms)`).join("\n"),
  },
  {
    words: ["conformity", "check"],
    about: {
      fr: "vérifie un fichier de résultats : entier, signé par une carte de l’espace ou par l’espace",
      en: "checks a result file: whole, signed by a card of the space or by the space",
    },
    positions: ["FILE"],
    async run(input, { readFile, ask }) {
      const bad = (reason: string) => conformityErrors.refuse("conformity.bad-result", { params: { reason } });
      const text = Buffer.from(await readFile(input.words[0] ?? "")).toString("utf8");
      const { anchors } = (await ask({ method: "GET", path: "/api/conformity/anchors" })) as { anchors: string };
      const { verifyStatement } = await import("@cercle/evidence");
      const statement = verifyStatement(text.trim(), anchors);
      if (statement.ok && statement.trusted) return statement.statement;
      const file = parseResultFile(text);
      if (!file) throw bad(statement.ok ? "signer" : statement.reason);
      const { verifyCms } = await import("@cercle/api-cps");
      // The kit's cards are revoked once the report is signed: the signature is what counts, not what became of the card.
      const verdict = await verifyCms(Buffer.from(file.signature, "base64"), { anchors, content: Buffer.from(file.report), revocation: "none" });
      if (!verdict.valid) throw bad(verdict.reason);
      return JSON.parse(file.report);
    },
  },
];

function parseResultFile(text: string): ResultFile | undefined {
  try {
    const file = JSON.parse(text) as ResultFile;
    return file.format === "cercle-conformity-card-1" && typeof file.report === "string" && typeof file.signature === "string" ? file : undefined;
  } catch {
    return undefined;
  }
}
