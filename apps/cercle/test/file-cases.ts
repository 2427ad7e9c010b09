// Cases as tables: acts on their legal dates, in a real file over the API, and what must then hold on a day.
import assert from "node:assert/strict";
import { askServer } from "../src/control-socket.ts";
import { whole } from "./party.ts";

type Payload = Readonly<Record<string, unknown>>;
type Seen = {
  phase: { id: string };
  holds: string[];
  obligations: {
    id: string;
    state: string;
    by: string;
    last_day: string | null;
    first_day_of_effect: string | null;
    due_at: string | null;
    assumption: string | null;
  }[];
  rights: { right: string; state: string; clause: string }[];
  remedy: { article: string; text: string };
  entries: { type: string; seq: number; about: string; payload: Payload | null }[];
};

export type Line =
  /** Recorded with this legal date. */
  | { readonly act: string; readonly on: string; readonly say?: Payload }
  /** Refused with this clause; nothing is recorded. */
  | { readonly refused: string; readonly on: string; readonly say?: Payload; readonly clause: string; readonly code?: string }
  /** A clock of the file, as it stands on a day (or now). */
  | {
      readonly clock: string;
      readonly seen?: string;
      readonly last?: string;
      readonly effect?: string;
      readonly due?: string;
      readonly state?: string;
      readonly by?: string;
      /** What the product had to assume, as it shows beside the date. */
      readonly assumes?: RegExp;
    }
  /** A clock of this clause is not there on this day. */
  | { readonly none: string; readonly seen?: string }
  | { readonly hold: string; readonly seen?: string; readonly is: boolean }
  /** Something that this entry must say, in the words of the reader. */
  | { readonly told: string; readonly about: RegExp }
  | { readonly open: string; readonly seen?: string; readonly clause?: string }
  | { readonly shut: string; readonly seen?: string }
  | { readonly phase: string; readonly seen?: string }
  | { readonly remedy: string; readonly says: RegExp }
  /** An entry that the file added by itself, and what it says. */
  | { readonly entry: string; readonly says: RegExp }
  /** Nowhere in the instrument as the API describes it. */
  | { readonly unsaid: RegExp };

export type Case = { readonly title: string; readonly lines: readonly Line[] };

let made = 0;

/** Opens a file, plays the lines in order, and fails at the first that does not hold. */
export async function playCase(data: string, instrument: string, lines: readonly Line[]): Promise<void> {
  const ask = async <T>(method: "GET" | "POST", path: string, body?: unknown): Promise<{ status: number; body: T }> => {
    const reply = await askServer(data, { method, path, ...(body === undefined ? {} : { body }) }, "en");
    assert.ok(reply);
    return reply as { status: number; body: T };
  };
  const { party } = (await ask<{ party: string }>("POST", "/api/parties", whole(`Case ${++made}`))).body;
  const { reference } = (await ask<{ reference: string }>("POST", "/api/files", { instrument, party })).body;
  const see = async (on: string | undefined): Promise<Seen> => (await ask<Seen>("GET", `/api/files/${reference}/view${on ? `?on=${on}` : ""}`)).body;
  // `{n}` keeps subjects of one case apart from those of another.
  const fresh = (say: Payload = {}): Payload => JSON.parse(JSON.stringify(say).replaceAll("{n}", String(made)));
  const record = (type: string, on: string, say: Payload | undefined) =>
    ask<{ code?: string; clause?: string }>("POST", `/api/files/${reference}/entries`, { type, happened_at: on, payload: fresh(say) });

  for (const line of lines) {
    const told = JSON.stringify(line);
    if ("act" in line) {
      const reply = await record(line.act, line.on, line.say);
      assert.equal(reply.status, 200, `${told}: ${JSON.stringify(reply.body)}`);
    } else if ("refused" in line) {
      // Doors add entries of their own while we look: the refused act is what is counted.
      const count = async (): Promise<number> => (await see(undefined)).entries.filter((entry) => entry.type === line.refused).length;
      const before = await count();
      const reply = await record(line.refused, line.on, line.say);
      assert.deepEqual([reply.status, reply.body.clause], [409, line.clause], `${told}: ${JSON.stringify(reply.body)}`);
      if (line.code) assert.equal(reply.body.code, line.code, told);
      assert.equal(await count(), before, `${told}: nothing is recorded`);
    } else if ("entry" in line) {
      const found = (await see(undefined)).entries.findLast(({ type }) => type === line.entry);
      assert.match(JSON.stringify(found?.payload), line.says, told);
    } else if ("unsaid" in line) {
      const all = (await ask<{ id: string }[]>("GET", "/api/instruments")).body;
      const told = all.find(({ id }) => id === instrument);
      assert.ok(told);
      assert.doesNotMatch(JSON.stringify(told), line.unsaid);
    } else if ("remedy" in line) {
      const { remedy } = await see(undefined);
      assert.equal(remedy.article, line.remedy);
      assert.match(remedy.text, line.says);
    } else checkSeen(line, await see("seen" in line ? line.seen : undefined), told);
  }
}

function checkSeen(
  line: Exclude<Line, { act: string } | { refused: string } | { remedy: string } | { unsaid: RegExp } | { entry: string }>,
  seen: Seen,
  told: string,
): void {
  if ("phase" in line) {
    assert.equal(seen.phase.id, line.phase, told);
    return;
  }
  if ("hold" in line) {
    assert.equal(seen.holds.includes(line.hold), line.is, told);
    return;
  }
  if ("none" in line) {
    assert.equal(
      seen.obligations.some(({ id }) => id.startsWith(`${line.none}#`)),
      false,
      told,
    );
    return;
  }
  if ("told" in line) {
    assert.match(seen.entries.findLast(({ type }) => type === line.told)?.about ?? "", line.about, told);
    return;
  }
  if ("clock" in line) {
    const clock = seen.obligations.findLast(({ id }) => id.startsWith(`${line.clock}#`));
    assert.ok(clock, `${told}: ${seen.obligations.map(({ id }) => id).join(" ")}`);
    const { last, effect, due, state, by, assumes } = line;
    if (assumes) assert.match(clock.assumption ?? "", assumes, told);
    if (last) assert.equal(clock.last_day, last, told);
    if (effect) assert.equal(clock.first_day_of_effect, effect, told);
    if (due) assert.equal(clock.due_at, due, told);
    if (state) assert.equal(clock.state, state, told);
    if (by) assert.equal(clock.by, by, told);
    return;
  }
  const name = "open" in line ? line.open : line.shut;
  const right = seen.rights.find((one) => one.right === name && one.state === "open");
  assert.equal(right !== undefined, "open" in line, `${told}: ${JSON.stringify(seen.rights)}`);
  if ("open" in line && line.clause) assert.equal(right?.clause, line.clause, told);
}
