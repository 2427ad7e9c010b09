// The compatibility tests of the card on one machine, as data: each row is one test, run in order, none hidden by another.
// Imports the published library only.
import { verify } from "node:crypto";
import { type Card, type Cps, CpsError, createChallenge, decrypt, encryptFor, openCps, signCms, verifyAnswer } from "@cercle/api-cps";

/** Who puts cards in the reader: a program for the simulated ones. */
export type Deck = {
  readonly cards: readonly { readonly type: string; readonly card: string; readonly pin: string; readonly puk: string }[];
  insert(card: string): Promise<void>;
  remove(card: string): Promise<void>;
};
export type Result = { readonly test: string; readonly requirement: string; readonly passed: boolean; readonly ms: number; readonly why?: string };
type DeckCard = Deck["cards"][number];
type Bench = { readonly cps: Cps; readonly deck: Deck };
type Row = { readonly test: string; readonly requirement: string; run(bench: Bench): Promise<void> };

function must(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Error(why);
}

async function mustRefuse(work: Promise<unknown>, code: string): Promise<CpsError> {
  try {
    await work;
  } catch (error) {
    must(error instanceof CpsError && error.code === code, `expected ${code}, got ${error instanceof CpsError ? error.code : String(error)}`);
    return error;
  }
  throw new Error(`expected ${code}, got an answer`);
}

async function withCard<T>({ cps, deck }: Bench, which: DeckCard, work: (card: Card) => Promise<T>): Promise<T> {
  await deck.insert(which.card);
  try {
    const card = await cps.waitForCard({ signal: AbortSignal.timeout(15_000) });
    try {
      return await work(card);
    } finally {
      await card.close();
    }
  } finally {
    await deck.remove(which.card).catch(() => undefined);
    for (let i = 0; i < 100 && (await cps.readers()).some((reader) => reader.cardPresent); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const first = ({ deck }: Bench): DeckCard => {
  const card = deck.cards[0];
  must(card !== undefined, "a card is needed");
  return card;
};

export const rows: readonly Row[] = [
  { test: "a reader is listed", requirement: "CPS-02", run: async ({ cps }) => must((await cps.readers()).length > 0, "no reader") },
  {
    test: "each card of the kit is named by its type and version",
    requirement: "CPS-01",
    async run(bench) {
      for (const one of bench.deck.cards) {
        const identity = await withCard(bench, one, (card) => card.identity());
        must(identity.type === one.type, `${one.card}: ${identity.type} instead of ${one.type}`);
      }
    },
  },
  {
    test: "places of practice need the code",
    requirement: "CPS-02",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        await mustRefuse(
          card.transaction((operations) => operations.readData("CPS_SIT_FACT")),
          "pin-required",
        );
        await card.situations(first(bench));
      }),
  },
  {
    test: "a challenge is answered by the authentication key alone",
    requirement: "CPS-03",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const challenge = createChallenge();
        const { authentication, signature } = await card.certificates();
        const answer = await card.authenticate(challenge, first(bench));
        must(verifyAnswer({ challenge, answer, certificate: authentication }), "the answer does not verify");
        must(!verifyAnswer({ challenge, answer, certificate: signature }), "the signature certificate verifies an answer");
      }),
  },
  {
    test: "documents of all sizes are signed",
    requirement: "CPS-03",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const { signature } = await card.certificates();
        for (const size of [0, 1, 63, 64, 65, 4096]) {
          const content = Buffer.alloc(size, 42);
          must(verify("sha256", content, signature.publicKey, await card.sign(content, first(bench))), `${size} bytes`);
        }
      }),
  },
  {
    test: "a message is signed and encrypted, and opened by its card",
    requirement: "CPS-04",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const { authentication } = await card.certificates();
        const signed = await signCms(card, Buffer.from("conformité"), first(bench));
        const opened = await decrypt(card, encryptFor(signed, [authentication]), first(bench));
        must(Buffer.compare(Buffer.from(opened), Buffer.from(signed)) === 0, "what was opened is not what was encrypted");
      }),
  },
  {
    test: "wrong codes are counted, block, and the unblocking code unblocks",
    requirement: "CPS-02",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const { pin, puk } = first(bench);
        const wrong = pin === "0000" ? "1111" : "0000";
        for (const tries of [2, 1]) must((await mustRefuse(card.verifyPin(wrong), "wrong-pin")).triesLeft === tries, "tries left");
        await mustRefuse(card.verifyPin(wrong), "pin-blocked");
        await mustRefuse(card.sign(Buffer.from("x"), { pin }), "pin-blocked");
        await card.unblock(puk, pin);
        await card.verifyPin(pin);
      }),
  },
  {
    test: "a card taken out in the middle of signatures gives a clear error and no wrong signature",
    requirement: "CPS-02",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const { signature } = await card.certificates();
        const content = Buffer.alloc(20_000, 7);
        let out = false;
        const end = (async () => {
          for (;;) must(verify("sha256", content, signature.publicKey, await card.sign(content, first(bench))), "a wrong signature");
        })().catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await bench.deck.remove(first(bench).card).then(() => {
          out = true;
        });
        const error = await end;
        must(out && error instanceof CpsError && error.code === "card-removed", `ended with ${String(error)}`);
      }),
  },
  {
    test: "two applications share a card",
    requirement: "CPS-02",
    run: (bench) =>
      withCard(bench, first(bench), async (card) => {
        const other = openCps();
        const second = await other.waitForCard();
        const { signature } = await card.certificates();
        const contents = Array.from({ length: 8 }, (_, i) => Buffer.from(`document ${i}`));
        const signed = await Promise.all(contents.map((content, i) => (i % 2 === 0 ? card : second).sign(content, first(bench))));
        await second.close();
        await other.close();
        must(
          contents.every((content, i) => verify("sha256", content, signature.publicKey, signed[i] ?? Buffer.alloc(0))),
          "a wrong signature",
        );
      }),
  },
];

/** Runs every test, whatever the others gave. */
export async function runCardSuite(deck: Deck, only: readonly Row[] = rows): Promise<readonly Result[]> {
  const cps = openCps();
  const results: Result[] = [];
  try {
    for (const row of only) {
      const started = performance.now();
      const why = await row.run({ cps, deck }).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      const ms = Math.round(performance.now() - started);
      results.push({ test: row.test, requirement: row.requirement, passed: why === undefined, ms, ...(why === undefined ? {} : { why }) });
    }
  } finally {
    await cps.close();
  }
  return results;
}

/** Signs a report with the first card of the deck. */
export async function signReport(deck: Deck, report: Uint8Array): Promise<Uint8Array> {
  const cps = openCps();
  try {
    return await withCard({ cps, deck }, first({ cps, deck }), (card) => signCms(card, report, { pin: first({ cps, deck }).pin, detached: true }));
  } finally {
    await cps.close();
  }
}
