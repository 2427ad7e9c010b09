// What a live space refuses to start with. Pure: facts in, reasons out; `start.ts` gathers the facts.
import type { Text } from "@cercle/kernel";
import { liveTexts } from "./live-texts.ts";

export type LiveFacts = {
  /** The folder or the database was born in a sandbox: its trust anchors are test material. */
  readonly bornInSandbox: boolean;
  /** Files that only a sandbox signs. */
  readonly demoFiles: number;
  readonly host: string;
  readonly tls: "off" | "authority" | "files";
  readonly publicHost: string;
  readonly masterKeyFile: string | undefined;
  readonly dataFolder: string;
};

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/** In order: anchors, data, transport, names, keys. All of them are told together. */
const rules: readonly { readonly text: Text; readonly broken: (facts: LiveFacts) => boolean }[] = [
  { text: liveTexts["program.live.born"], broken: (facts) => facts.bornInSandbox },
  { text: liveTexts["program.live.demo"], broken: (facts) => facts.demoFiles > 0 },
  { text: liveTexts["program.live.plain"], broken: (facts) => facts.tls === "off" && !loopback.test(facts.host) },
  { text: liveTexts["program.live.name"], broken: (facts) => !loopback.test(facts.host) && loopback.test(facts.publicHost) },
  { text: liveTexts["program.live.key"], broken: ({ masterKeyFile, dataFolder }) => !masterKeyFile || masterKeyFile.startsWith(`${dataFolder}/`) },
];

/** Why this space may not run live; empty when it may. */
export function listLiveProblems(facts: LiveFacts): readonly Text[] {
  return rules.filter((rule) => rule.broken(facts)).map((rule) => rule.text);
}
