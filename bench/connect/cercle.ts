// The room on PostgreSQL with a person who approves at once; prints its addresses as one line of JSON.
import { openRoom } from "../../packages/connect/test/harness.ts";

const room = await openRoom({ engine: "postgres" });
room.approvals.always("approved");
const { id, secret } = await room.addClient("bench", { ciba: true });
process.stdout.write(`${JSON.stringify({ issuer: room.connect.environments.bas.issuer, wallet: room.origins.bas.wallet, id, secret })}\n`);
process.once("SIGTERM", () => void room.close().then(() => process.exit(0)));
