// A story told through the API alone: each act is an entry of a real file, time is the sandbox clock, and after each step
// the rights that changed are shown. What a client meets at a door is asked at that door, never read from a table.
import { type ApiRequest, type CommandContext, type Json, Refusal, say, Temporal, type Text } from "@cercle/kernel";

export type Told = {
  /** The legal day of the space's clock. */
  readonly on: string;
  readonly step: string;
  readonly by: string;
  readonly clause: string | null;
  readonly opened: readonly string[];
  readonly closed: readonly string[];
  readonly phase: string;
  /** What was refused and why; null for a step that was done. */
  readonly refused: string | null;
  /** What a real client met at the door. */
  readonly met: readonly string[];
};

type Right = { right: string; subject: string; state: string; clause: string; limits: { [key: string]: Json } };
type View = {
  now: string;
  phase: { id: string; name: string; clause: string | null };
  obligations: { id: string; last_day: string | null; first_day_of_effect: string | null; state: string }[];
  rights: Right[];
  entries: { seq: number; type: string; about: string; article: string | null }[];
};

/** What a story plays on: the API, under somebody's roles, and who listens. */
export type Stage = Pick<CommandContext, "ask" | "language" | "json" | "print"> & {
  /** Told of each step as it comes; the story goes on when it has been taken in. */
  tell?(line: Told, reference: string): Promise<void>;
};
export type Played = { readonly reference: string; readonly steps: readonly Told[]; readonly clients?: readonly string[] };

export type Story = {
  readonly reference: string;
  readonly told: readonly Told[];
  /** Records an act; `looks` asks doors once every door has applied what changed. */
  act(type: string, by: string, payload?: { [key: string]: Json }, looks?: () => Promise<readonly string[]>): Promise<number>;
  /** An act that the law must refuse here; the story breaks when it does not. */
  tries(type: string, by: string, payload?: { [key: string]: Json }): Promise<void>;
  /** Something done outside the file's entries; `looks` as for an act. `refused` when it was. Rights that changed are told too. */
  notes(step: Text, by: string, looks?: () => Promise<readonly string[]>, refused?: Refusal): Promise<void>;
  /** Time passes: by a duration, or to the first day on which the clock of this clause has its effect. */
  waits(until: { by: string } | { clause: string } | { day: string }, about: Text): Promise<void>;
  /** Today, in the space. */
  today(): Promise<Temporal.PlainDate>;
};

/** Opens a file of this instrument for a party of this name, and tells what follows as it comes. */
export async function beginStory(
  { ask, language, json, print, tell: listener }: Stage,
  { instrument, party }: { instrument: string; party: string },
): Promise<Story> {
  const post = <T>(path: string, body: object): Promise<T> => ask({ method: "POST", path, body }) as Promise<T>;
  const { time_zone: zone } = (await ask({ method: "GET", path: "/api/clock" })) as { time_zone: string };
  const made = await post<{ party: string }>("/api/parties", {
    name: party,
    identifiers: { other: "démonstration" },
    seat: "1 quai de la Démonstration",
    representative: "Claude Exemple",
    contact: { name: "Dominique Exemple", email: "contact@demonstration.test" },
  });
  const { reference } = await post<{ reference: string }>("/api/files", { instrument, party: made.party });
  const view = async (): Promise<View> => (await ask({ method: "GET", path: `/api/files/${reference}/view?lang=${language}` })) as View;
  const told: Told[] = [];
  let known = new Map<string, string>();
  if (!json) print(`${party} · ${reference}`);

  const tell = async (line: Told): Promise<void> => {
    told.push(line);
    if (!json) print(tellLine(line));
    await listener?.(line, reference);
  };
  /** Rights that changed since the last look. */
  const changes = (rights: readonly Right[]): Pick<Told, "opened" | "closed"> => {
    const now = new Map(rights.filter((right) => right.state === "open").map((right) => [nameOf(right), `${nameOf(right)} (${right.clause})`]));
    const closing = new Map(rights.filter((right) => right.state !== "open").map((right) => [`${right.right} ${right.subject}`, right.clause]));
    const opened = [...now].filter(([name]) => !known.has(name)).map(([, text]) => text);
    const gone = [...known.keys()].filter((name) => !now.has(name));
    const closed = gone.map((name) => `${name} (${closing.get(name.split(" [")[0] ?? "") ?? ""})`.replace(" ()", ""));
    known = now;
    return { opened, closed };
  };
  const day = (at: string): string => Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString();
  const record = (type: string, by: string, payload: { [key: string]: Json }) =>
    post<{ seq: number }>(`/api/files/${reference}/entries`, { type, payload: { ...payload, by } });

  return {
    reference,
    told,
    async act(type, by, payload = {}, looks) {
      const { seq } = await record(type, by, payload);
      await untilDoorsAnswered(ask);
      const seen = await view();
      const entry = seen.entries.find((one) => one.seq === seq);
      const met = looks ? await looks() : [];
      await tell({
        on: day(seen.now),
        step: entry?.about ?? type,
        by,
        clause: entry?.article ?? null,
        ...changes(seen.rights),
        phase: seen.phase.name,
        refused: null,
        met,
      });
      return seq;
    },
    async tries(type, by, payload = {}) {
      const refusal = await record(type, by, payload).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(refusal instanceof Refusal)) throw refusal ?? new Error(`${type} was not refused`);
      const seen = await view();
      await tell({
        on: day(seen.now),
        step: type,
        by,
        clause: refusal.clause ?? null,
        opened: [],
        closed: [],
        phase: seen.phase.name,
        refused: say(refusal.text, language, refusal.params),
        met: [],
      });
    },
    async notes(step, by, looks, refused) {
      await untilDoorsAnswered(ask);
      const seen = await view();
      await tell({
        on: day(seen.now),
        step: say(step, language),
        by,
        clause: refused?.clause ?? null,
        ...changes(seen.rights),
        phase: seen.phase.name,
        refused: refused ? say(refused.text, language, refused.params) : null,
        met: looks ? await looks() : [],
      });
    },
    async waits(until, about) {
      const at = "by" in until ? undefined : "day" in until ? until.day : await effectOf(until.clause, view);
      // Nine in the morning of the day: the law counts days, people work hours.
      const body =
        "by" in until
          ? { by: until.by }
          : {
              at: Temporal.PlainDate.from(at ?? "")
                .toZonedDateTime({ timeZone: zone, plainTime: "09:00" })
                .toInstant()
                .toString(),
            };
      await ask({ method: "PUT", path: "/api/clock", body });
      await untilDoorsAnswered(ask);
      const seen = await view();
      await tell({
        on: day(seen.now),
        step: say(about, language),
        by: "",
        clause: null,
        ...changes(seen.rights),
        phase: seen.phase.name,
        refused: null,
        met: [],
      });
    },
    async today() {
      return Temporal.PlainDate.from(day((await view()).now));
    },
  };
}

async function effectOf(clause: string, view: () => Promise<View>): Promise<string> {
  const clock = (await view()).obligations.findLast((one) => one.id.startsWith(`${clause}#`));
  if (!clock?.first_day_of_effect) throw new Error(`${clause}: no day of effect`);
  return clock.first_day_of_effect;
}

/** A change is done when every door has said so; what a client meets is asked after that. */
async function untilDoorsAnswered(ask: (request: ApiRequest) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < 50; i++) {
    const { doors, unsettled } = (await ask({ method: "GET", path: "/api/doors" })) as {
      doors: { rights: string[]; answers: boolean }[];
      unsettled: { right: string }[];
    };
    if (!unsettled.some(({ right }) => doors.some((door) => door.answers && door.rights.includes(right)))) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function nameOf({ right, subject, limits }: Right): string {
  const shown = subject.startsWith("party:") ? right : `${right} ${subject}`;
  const limit = limits.phase ?? limits.environment;
  return typeof limit === "string" ? `${shown} [${limit}]` : shown;
}

function tellLine(line: Told): string {
  const more = [
    ...(line.refused ? [`✗ ${line.refused}`] : []),
    ...line.opened.map((right) => `+ ${right}`),
    ...line.closed.map((right) => `− ${right}`),
    ...line.met.map((met) => `→ ${met}`),
  ];
  const head = [line.on, line.step, line.by ? `(${line.by}${line.clause ? `, ${line.clause}` : ""})` : "", `[${line.phase}]`].filter((part) => part !== "");
  return [head.join("  "), ...more.map((text) => `            ${text}`)].join("\n");
}
