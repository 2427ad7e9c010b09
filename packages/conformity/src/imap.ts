// As much IMAP (RFC 3501) as the checks need: tagged commands, literals in answers.
import type { Target } from "./target.ts";
import { openWire, type Said, type Wire } from "./wire.ts";

export type ImapAnswer = { readonly status: string; readonly text: string; readonly untagged: readonly string[]; readonly literals: readonly Buffer[] };
export type Imap = {
  readonly wire: Wire;
  readonly greeting: string;
  ask(command: string, shown?: string): Promise<ImapAnswer>;
  capabilities(): Promise<readonly string[]>;
};

export async function openImap(target: Target, port: number, said: Said): Promise<Imap> {
  const wire = await openWire({ host: target.host, port, said });
  const greeting = await wire.line();
  let number = 0;
  const ask: Imap["ask"] = async (command, shown) => {
    number += 1;
    const tag = `c${number}`;
    wire.write(`${tag} ${command}\r\n`, shown === undefined ? undefined : `${tag} ${shown}`);
    const untagged: string[] = [];
    const literals: Buffer[] = [];
    for (;;) {
      const line = await wire.line();
      const literal = /\{(\d+)\}$/.exec(line);
      if (literal) literals.push(await wire.bytes(Number(literal[1])));
      if (line.startsWith(`${tag} `)) {
        const [, status = "", ...rest] = line.split(" ");
        return { status: status.toUpperCase(), text: rest.join(" "), untagged, literals };
      }
      untagged.push(line);
    }
  };
  return {
    wire,
    greeting,
    ask,
    async capabilities() {
      const { untagged } = await ask("CAPABILITY");
      return untagged.flatMap((line) => (/^\* CAPABILITY /i.test(line) ? line.slice(13).toUpperCase().split(" ") : []));
    },
  };
}
