// The room on PostgreSQL with a person who approves at once; prints its addresses as one line of JSON.
import { openRoom } from "../../packages/connect/test/harness.ts";

const room = await openRoom({ engine: "postgres" });
room.approvals.always("approved");
const { id, secret } = await room.addClient("bench", { ciba: true });
process.stdout.write(`${JSON.stringify({ issuer: room.connect.environments.bas.issuer, wallet: room.origins.bas.wallet, id, secret })}\n`);
/** Asked by the bench at its end: memory, and rows by kind once what expired went. */
process.on("message", async () => {
  const before = process.memoryUsage();
  globalThis.gc?.();
  const rows = await room.store.query<{ kind: string; n: number }>(
    `select model as kind, count(*)::int as n from connect.payload group by model
     union all select 'attempt', count(*)::int from connect.attempt union all select 'sign_in', count(*)::int from connect.sign_in`,
  );
  process.send?.({ before, memory: process.memoryUsage(), rows: Object.fromEntries(rows.map(({ kind, n }) => [kind, n])) });
});
process.once("SIGTERM", () => void room.close().then(() => process.exit(0)));
