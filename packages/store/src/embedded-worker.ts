// The worker thread that holds PGlite, so that a heavy query never blocks the program's event loop.
// Messages: { id, op, … } in, { id, answer | error } out. It knows nothing of transactions: `embedded.ts` orders them.
import { readFile } from "node:fs/promises";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { oid } from "./values.ts";

type Request =
  | { id: number; op: "query"; sql: string; params: unknown[] }
  | { id: number; op: "execute"; sql: string }
  | { id: number; op: "copy"; target: string; text: string }
  | { id: number; op: "dump" }
  | { id: number; op: "close" };

const { folder, snapshot } = workerData as { folder: string; snapshot: string | undefined };
const port = parentPort;
if (!port) throw new Error("embedded-worker runs as a worker thread only");

const asText = (value: string): string => value;
const database = await PGlite.create(folder, {
  parsers: { [oid.date]: asText, [oid.timestamp]: asText, [oid.timestamptz]: asText },
  ...(snapshot ? { loadDataDir: new Blob([await readFile(snapshot)]) } : {}),
});

async function answer(request: Request): Promise<unknown> {
  switch (request.op) {
    case "query": {
      const result = await database.query<Record<string, unknown>>(request.sql, request.params);
      const instants = result.fields.filter((field) => field.dataTypeID === oid.timestamptz).map((field) => field.name);
      return { rows: result.rows, rowCount: result.affectedRows || result.rows.length, instants };
    }
    case "execute":
      await database.exec(request.sql);
      return undefined;
    case "copy": {
      // COPY FROM STDIN hangs on PGlite; `/dev/blob` works (docs/decisions/0002).
      const result = await database.query(`copy ${request.target} from '/dev/blob' with (format text)`, [], { blob: new Blob([request.text]) });
      return result.affectedRows ?? 0;
    }
    case "dump": {
      const file = await database.dumpDataDir("none");
      return new Uint8Array(await file.arrayBuffer());
    }
    case "close":
      await database.close();
      return undefined;
  }
}

port.on("message", (request: Request) => {
  answer(request).then(
    (value) => port.postMessage({ id: request.id, answer: value }),
    (error: unknown) => port.postMessage({ id: request.id, error: describe(error) }),
  );
});
port.postMessage({ id: 0, answer: "open" });

function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, constraint, table, detail } = error as Error & Record<string, unknown>;
  return { message: error.message, code, constraint, table, detail };
}
