// The room on a store of the test's own, with real evidence and a key of its own for page tokens.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createEvidence, evidenceMigrations } from "@cercle/evidence";
import { realClock } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { openTestStore, type TestEngine, type TestStore } from "@cercle/testkit";
import { createDirectory, type Directory, directoryMigrations } from "../src/index.ts";

const key = randomBytes(32);
const sealer = {
  seal(plain: Uint8Array): Uint8Array {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  unseal(sealed: Uint8Array): Uint8Array {
    const bytes = Buffer.from(sealed);
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(bytes.length - 16));
    return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
  },
};

/** Domains that publish in these tests. */
const openDomains = ["alpha.mssante.test", "beta.mssante.test"];

export function directoryOn(store: Store, mode: "sandbox" | "live" = "sandbox", limits = { entriesPerDay: 5000, pages: 20 }): Directory {
  return createDirectory({
    store,
    evidence: createEvidence({ store, clock: realClock, real: realClock }),
    mode,
    limits,
    copy: { megabytes: 64, after: 0 },
    daily: { urls: [], ca: undefined, folder: "/nowhere", staleHours: 48, onStale: () => undefined, keepClosedDays: 400 },
    needs: { sealer, mayPublish: async (from, _, domain) => (await from.query("select 1")).length === 1 && openDomains.includes(domain) },
  });
}

export async function openDirectory(engine: TestEngine, limits?: { entriesPerDay: number; pages: number }): Promise<{ test: TestStore; directory: Directory }> {
  const test = await openTestStore({ engine, rooms: [evidenceMigrations, directoryMigrations] });
  const directory = directoryOn(test.store, "sandbox", limits);
  await directory.start();
  return { test, directory };
}
