// Robots (PSC-13, PSC-27): what the sign-in pages see of who fills them. Never the address alone: a hospital signs four hundred
// persons in from one. Nothing here looks at a pointer, a screen or a script, so accessibility tools look like anyone.

export type FormFacts = {
  /** When the page with the form was made, from its sealed stamp; undefined when the page was never asked for. */
  readonly pageMadeAt: number | undefined;
  readonly now: number;
  /** Different identifiers typed in this browser's attempts in the last ten minutes, this one included. */
  readonly identifiersInBrowser: number;
  /** Identifiers at this address that do not exist, in the last ten minutes, and all identifiers there. */
  readonly unknownAtAddress: number;
  readonly allAtAddress: number;
  /** Attempts of this bin already found robotic in the last ten minutes. */
  readonly earlier: number;
};

export type Signal = "no-page" | "faster-than-a-hand" | "many-identifiers" | "guessing";
export type RobotVerdict = { readonly signals: readonly Signal[]; readonly verdict: "passes" | "slowed" | "refused"; readonly waitSeconds: number };

/** Nobody reads a page, types twelve digits and confirms in less. A password manager or a dictated entry takes longer than this too. */
const handMillis = 700;
const identifiersOfOneBrowser = 8;
const guesses = 20;

type Rule = { readonly signal: Signal; readonly when: (facts: FormFacts) => boolean };

const rules: readonly Rule[] = [
  { signal: "no-page", when: (facts) => facts.pageMadeAt === undefined },
  { signal: "faster-than-a-hand", when: (facts) => facts.pageMadeAt !== undefined && facts.now - facts.pageMadeAt < handMillis },
  { signal: "many-identifiers", when: (facts) => facts.identifiersInBrowser > identifiersOfOneBrowser },
  // Mostly identifiers of nobody: a list is being tried. A busy address with real persons never is.
  { signal: "guessing", when: (facts) => facts.unknownAtAddress >= guesses && facts.unknownAtAddress * 2 > facts.allAtAddress },
];

/** Slowed the first times, then refused. Pure. */
export function judgeForm(facts: FormFacts): RobotVerdict {
  const signals = rules.filter((rule) => rule.when(facts)).map((rule) => rule.signal);
  if (signals.length === 0) return { signals, verdict: "passes", waitSeconds: 0 };
  const refused = facts.earlier >= 3 || signals.includes("guessing") || signals.length > 1;
  return { signals, verdict: refused ? "refused" : "slowed", waitSeconds: refused ? 60 : 2 ** facts.earlier };
}

type Bin = { at: number; identifiers: Map<string, boolean>; robotic: number };

/**
 * Counts by bin in this process for ten minutes: one bin per browser (its own cookie: the workstations of a hospital share an
 * address and a software), one per address for identifiers that do not exist, one per software at an address for robotic attempts.
 */
export type Bins = { readonly browser: string; readonly software: string; readonly address: string };

export type RobotBins = {
  see(bins: Bins, identifier: string, known: boolean): { identifiersInBrowser: number; unknownAtAddress: number; allAtAddress: number; earlier: number };
  mark(bins: Bins): void;
};

const windowMillis = 600_000;
const maximumBins = 20_000;

export function createRobotBins(now: () => number = Date.now): RobotBins {
  const all = new Map<string, Bin>();
  const bin = (key: string): Bin => {
    const known = all.get(key);
    if (known && now() - known.at < windowMillis) return known;
    if (all.size >= maximumBins) all.clear();
    const made = { at: now(), identifiers: new Map<string, boolean>(), robotic: 0 };
    all.set(key, made);
    return made;
  };
  return {
    see({ browser, address, software }, identifier, known) {
      const ofBrowser = bin(`b ${browser}`);
      const ofAddress = bin(`a ${address}`);
      if (ofBrowser.identifiers.size < 1000) ofBrowser.identifiers.set(identifier, known);
      if (ofAddress.identifiers.size < 5000) ofAddress.identifiers.set(identifier, known);
      return {
        identifiersInBrowser: ofBrowser.identifiers.size,
        unknownAtAddress: [...ofAddress.identifiers.values()].filter((exists) => !exists).length,
        allAtAddress: ofAddress.identifiers.size,
        earlier: Math.max(ofBrowser.robotic, bin(`s ${address} ${software}`).robotic),
      };
    },
    mark({ browser, address, software }) {
      bin(`b ${browser}`).robotic += 1;
      bin(`s ${address} ${software}`).robotic += 1;
    },
  };
}
