// A file that leaves for another space of the same operator says so where it was: from then on it is carried on there alone.
import type { Entry } from "@cercle/law";

/** Said where the file was: nothing more is recorded, no right stays open. */
export const handedOverType = "file-handed-over";
/** Said where it goes on. */
export const importedType = "file-imported";

/** The hand-over under which the file stands: undefined when it was brought in again since. */
export function findHandOver(entries: readonly Entry[]): Entry | undefined {
  const last = entries.findLast(({ type }) => type === handedOverType || type === importedType);
  return last?.type === handedOverType ? last : undefined;
}
