// A space is data: what belongs to one country is written in its folder under `spaces/`, and no room names it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { listSources, withoutComments } from "./sources.ts";

/** Words of France that a room must read from its space. Short on purpose: each one was found misplaced once. */
const words = /\b(RPPS|ADELI|FINESS|SIRET|SIREN|IDNPS)\b|mssante\.fr|esante\.gouv|annuaire\.sante|sesam-vitale|Europe\/Paris|Assurance Maladie/;

/** Where these words are the subject itself (issue 2): the card, its library, the profiles of connect. */
const exempt = [/^packages\/(card|api-cps)\//, /^packages\/connect\/src\/profiles?[/.-]/, /^packages\/connect\/src\/psc-/];

/** Rooms that are being built and still name them: this list only shrinks. */
const notYet = [/^packages\/(connect|law|whitelist)\//, /^packages\/directory\/src\/france\//];

/** Places that name what a space's folder should. */
export function checkSpaceWords(folder: string, except: readonly RegExp[] = notYet): readonly string[] {
  return listSources(folder, [".ts", ".tsx", ".sql", ".js"])
    .filter((file) => ![...exempt, ...except].some((pattern) => pattern.test(file)))
    .flatMap((file) =>
      withoutComments(readFileSync(join(folder, file), "utf8")).flatMap((line, index) => {
        const word = line.match(words)?.[0];
        return word ? [`${file}:${index + 1} names ${word}: it belongs in a space's folder`] : [];
      }),
    );
}
