// Verifying a million entries: 10,000 proof files of 100 entries, chain and contents, as `cercle evidence verify` does it.
// Only the verification is timed. Target: under 60 s.
import { randomBytes, randomUUID } from "node:crypto";
import { digestContent, digestEntry, type ExportedEntry, type ExportedFile, verifyFile } from "@cercle/evidence";

const files = 10_000;
const entriesEach = 100;

/** A proof file as `evidence.export` writes it. */
function buildFile(): ExportedFile {
  const file = randomUUID();
  const entries: ExportedEntry[] = [];
  let previous = "";
  for (let seq = 1; seq <= entriesEach; seq += 1) {
    const salt = randomBytes(16);
    const payload = {
      clause: "MSS 7.2",
      letter: `RL-2026-${String(seq).padStart(5, "0")}`,
      note: "Mise en demeure reçue par l’opérateur",
      relies_on: [seq - 1],
    };
    const at = `2026-11-21T08:${String(seq % 60).padStart(2, "0")}:00.000000Z`;
    const part = {
      file,
      seq,
      type: "noted",
      happened_at: at,
      recorded_at: at,
      real_at: at,
      actor: `account:${file}`,
      content: digestContent(salt, payload),
      previous,
    };
    previous = digestEntry(part);
    entries.push({ ...part, digest: previous, disclosed: { salt: salt.toString("base64"), payload } });
  }
  return { format: "cercle-evidence-1", file, entries };
}

let verifying = 0;
let altered = 0;
for (let i = 0; i < files; i += 1) {
  const exported = buildFile();
  const started = performance.now();
  if (verifyFile(exported).verdict !== "intact") altered += 1;
  verifying += performance.now() - started;
}
const seconds = verifying / 1000;
console.log(JSON.stringify({ bench: "evidence", entries: files * entriesEach, seconds: Number(seconds.toFixed(2)), target_seconds: 60, altered }));
if (altered > 0 || seconds > 60) process.exitCode = 1;
