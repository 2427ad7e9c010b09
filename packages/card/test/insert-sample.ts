// Run inside the namespace of the PC/SC stack: inserts a sample card, keeps its certificates where told, takes it out when interrupted.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { insertCard, slotPort } from "../src/vpcd.ts";
import { makeSample } from "./sample.ts";

const [folder = ".", slot = "0", number = "2600000042"] = process.argv.slice(2);
const { card, certificates } = await makeSample({ number });
for (const [name, der] of Object.entries(certificates)) await writeFile(join(folder, `${name}-${slot}.der`), der);
const insertion = await insertCard({ reader: { host: "127.0.0.1", port: slotPort(Number(slot)) }, card, keep: async () => {} });
process.stdout.write("inserted\n");
process.once("SIGINT", () => insertion.remove());
await insertion.removed;
process.stdout.write("removed\n");
