// Three that must agree after every act: the table of current rights, an evaluator of its own that reads only the entries, and the doors
// over their own protocol. And the forecast of a file against what moving the clock there shows.
// `npm test` plays a hundred acts; `npm run soak agreement` a hundred thousand (SOAK_ACTS), several spaces one after the other, three
// at a time, on PostgreSQL.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { listFullInstruments } from "@cercle/law";
import { eventually } from "@cercle/testkit";
import { type Life, type Line, openNames, openSpace, type Right, type Space } from "./agreement/play.ts";

const acts = Number(process.env.SOAK_ACTS ?? 120);
const seed = Number(process.env.SOAK_SEED ?? 20261122);
/** A space grows old: its abandoned files go on living with its clock. */
const actsOfASpace = 5000;
const long = acts > 1000;
/** Doors are asked after each act that changes a right, and after one act in so many. */
const doorShare = 10;

/** Plays acts in one space: all lives act at once, then the clock may move. Answers how often doors were asked. */
async function play(space: Space, { count, first, width }: { count: number; first: number; width: number }): Promise<number> {
  let lives: Life[] = [];
  let asked = 0;
  for (let done = 0, round = first; done < count; round++) {
    while (lives.length < width) lives.push(await space.open((lives.length + round) % 2 === 0 ? "mssante-operator" : "psc-provider"));
    if (round % 2 === 0) await space.ask("PUT", "/api/clock", { by: `P${1 + ((round * 7) % 25)}D` });
    const played = await Promise.all(
      lives.map(async (life) => {
        const acted = await space.step(life);
        return { life, acted, asked: await space.agree(life) };
      }),
    );
    done += played.filter((one) => one.acted).length;
    asked += played.filter((one) => one.asked).length;
    lives = played.filter(({ life, acted }) => acted && life.acts <= 40).map(({ life }) => life);
  }
  return asked;
}

describe("agreement", () => {
  let space: Space;
  before(async () => {
    space = await openSpace({ seed, doorShare, long });
  });
  after(() => space?.stop());

  it(`[PSC-25] [MSS-24] table, file view, evaluator and doors agree after each of ${acts} random acts`, async (t) => {
    const sizes = Array.from({ length: Math.ceil(acts / actsOfASpace) }, (_, index) => Math.min(actsOfASpace, acts - index * actsOfASpace));
    let [done, asked, next] = [0, 0, 0];
    const began = performance.now();
    let failure: unknown;
    const player = async (): Promise<void> => {
      for (let index = next++; index < sizes.length && !failure; index = next++) {
        const own = index === 0 ? space : await openSpace({ seed: seed + index * 100_000, doorShare, long });
        const count = sizes[index] ?? 0;
        try {
          const played = await play(own, { count, first: index, width: Math.min(16, Math.ceil(count / 20)) });
          asked += played;
          done += count;
        } catch (error) {
          failure ??= error;
          process.stderr.write(`${error}\n`);
        }
        if (own !== space) await own.stop();
        // A long run says how far it is while it runs.
        if (long) process.stderr.write(`${done} acts agreed, doors asked after ${asked}, ${Math.round((performance.now() - began) / 1000)} s\n`);
      }
    };
    await Promise.all(Array.from({ length: Math.min(3, sizes.length) }, player));
    if (failure) throw failure;
    t.diagnostic(`${done} acts agreed, doors asked after ${asked}`);
    assert.ok(done === acts && asked > acts / doorShare / 2);
  });

  const expected: Record<string, readonly (string | undefined)[]> = {
    duty: ["late"],
    condition: ["late"],
    faculty: ["open"],
    automatic: ["fired"],
    renewal: ["running"],
    lasting: ["over"],
  };

  for (const { id } of listFullInstruments())
    it(`each line of the forecast of random files is what moving the clock there shows: day, state, phase, rights (${id})`, async () => {
      const lives: Life[] = [];
      const lines: { life: Life; line: Line }[] = [];
      while (lives.length < 4 || (lines.length < 4 && lives.length < 24)) {
        const life = await space.open(id);
        for (let n = 0; n < 20; n++) {
          life.seen = await space.view(life.reference);
          await space.step(life);
        }
        lives.push(life);
        lines.push(...(await space.view(life.reference)).forecast.map((line) => ({ life, line })));
      }
      lines.sort((a, b) => a.line.at.localeCompare(b.line.at));
      assert.ok(lines.length >= 4, `${lines.length} lines foreseen`);
      /** The last line of this file on the same instant: what the day leaves. */
      const lastOf = (life: Life, line: Line): Line => lines.findLast((other) => other.life === life && other.line.at === line.at)?.line ?? line;
      for (const { life, line } of lines) {
        const { now } = (await space.ask<{ now: string }>("GET", "/api/clock")).body;
        if (Date.parse(line.at) + 1000 > Date.parse(now)) await space.ask("PUT", "/api/clock", { at: new Date(Date.parse(line.at) + 1000).toISOString() });
        const seen = await space.view(life.reference);
        const told = `${JSON.stringify(line)} of ${life.reference}`;
        assert.equal(seen.phase.name, lastOf(life, line).phase, told);
        assert.deepEqual(openNames(seen.rights), openNames(lastOf(life, line).open), told);
        const state = seen.obligations.find((clock) => clock.id === line.clock)?.state;
        assert.ok(expected[line.kind]?.includes(state), `${state}: ${told}`);
        await eventually(async () => {
          const table = (await space.ask<{ rights: Right[] }>("GET", `/api/files/${life.reference}`)).body;
          return JSON.stringify(openNames(table.rights)) === JSON.stringify(openNames(seen.rights));
        });
      }
    });
});
