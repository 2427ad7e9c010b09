// A space at work in this process: its first start with what its file declares, its resets, its end.
import type { Json, Language } from "@cercle/kernel";
import { unwrapReply } from "./command-line/reply.ts";
import type { Configuration } from "./configuration.ts";
import { programErrors } from "./errors.ts";
import { createPorts } from "./ports.ts";
import { createSeedBox, type Seed } from "./seed.ts";
import { applySpaceFile, type SpaceFile } from "./space-file.ts";
import { type Cercle, startCercle } from "./start.ts";
import type { TableRow } from "./table.ts";

export type RunningSpace = {
  readonly dataFolder: string;
  readonly rows: readonly TableRow[];
  /** What the space file's commands answered at the first start, by section. */
  readonly results: Readonly<Record<string, Json[]>>;
  ask: Cercle["ask"];
  /** The starting state again, at the same addresses. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

export type RunOptions = {
  readonly configuration: Configuration;
  readonly portsAuto?: boolean;
  readonly file?: SpaceFile | undefined;
  readonly language?: Language;
  /** Told when a reset asked over the API could not be done: the space is closed then. */
  onLost?(error: unknown): void;
};

/** Starts a space; in a sandbox its starting state is kept for resets. */
export async function runSpace({ configuration, portsAuto = false, file, language = "fr", onLost }: RunOptions): Promise<RunningSpace> {
  const sandbox = configuration.get<string>("program.mode") === "sandbox";
  const databaseUrl = configuration.get<string | undefined>("store.database_url");
  const box = createSeedBox({ folder: configuration.dataFolder, databaseUrl });
  const ports = createPorts({ configuration, auto: portsAuto });
  let turn: Promise<unknown> = Promise.resolve();
  let current: Cercle | undefined;

  let ahead: Promise<void> = Promise.resolve();
  const prepare = (): void => {
    ahead = box.prepare().catch(() => undefined);
  };
  const start = (): Promise<Cercle> =>
    startCercle({ configuration, ports, ...(sandbox ? { reset: () => void reset().catch((error: unknown) => onLost?.(error)) } : {}) });
  const close = async (): Promise<void> => {
    const closing = current;
    current = undefined;
    await closing?.close();
  };
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work);
    turn = mine.catch(() => undefined);
    return mine;
  };
  const reset = (): Promise<void> =>
    inTurn(async () => {
      if (!current || !(await box.exists())) throw programErrors.refuse("program.no-reset");
      await close();
      await box.restore();
      current = await start();
      prepare();
    });

  const seed = async (): Promise<Seed> => {
    await box.begin();
    current = await start();
    const asked = current;
    const results = file
      ? await applySpaceFile(file, {
          folder: configuration.dataFolder,
          language,
          ask: async (request) => unwrapReply(await asked.ask({ ...request, language }), request),
        })
      : {};
    if (asked.hold) await asked.hold(() => box.save(results));
    else {
      // PostgreSQL copies a database only while nobody is connected to it.
      await close();
      await box.save(results);
      current = await start();
    }
    return { results, restorable: true };
  };

  try {
    if (sandbox) await box.clearInterrupted();
    const known = sandbox && (await box.exists());
    const fresh = sandbox && !known;
    if (!fresh) current = await start();
    const { results } = fresh ? await seed() : known ? await box.read() : { results: {} };
    if (sandbox) prepare();
    const at = (): Cercle => {
      if (!current) throw programErrors.refuse("program.no-reset");
      return current;
    };
    return {
      dataFolder: configuration.dataFolder,
      get rows() {
        return at().rows;
      },
      results,
      ask: (request) => at().ask(request),
      reset,
      close: () =>
        inTurn(async () => {
          await close();
          await ahead;
        }),
    };
  } catch (error) {
    await close();
    throw error;
  }
}
