// Compatibility results of a version, as its vendors declared them.
import type { Room } from "./room.ts";
import { getVersion } from "./versions.ts";

export async function compatibilityOf({ store, ports: { files } }: Room, version: string): Promise<readonly { vendor: string; products: readonly string[] }[]> {
  await getVersion(store, version);
  const rows = await store.query<{ file: string }>("select distinct file from distribution.result where version = $1", [version]);
  const found: { vendor: string; products: readonly string[] }[] = [];
  for (const row of rows) found.push({ vendor: await files.vendorName(row.file), products: await files.compatible(row.file, version) });
  return found;
}
