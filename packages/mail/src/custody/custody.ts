// Custody of one operator's mailboxes: how long things are kept, what a legal hold keeps longer, who of the operator reads them with whom.
import { type Accesses, createAccesses } from "./accesses.ts";
import { createEraser, type Eraser } from "./eraser.ts";
import { createHolds, type Holds } from "./holds.ts";
import type { CustodyParts } from "./parts.ts";

export type Custody = { readonly holds: Holds; readonly accesses: Accesses; readonly eraser: Eraser };

export function createCustody(given: Omit<CustodyParts, "work"> & { onError(error: unknown): void }): Custody {
  const eraser = createEraser(given);
  const parts: CustodyParts = { ...given, work: () => void eraser.round().catch(given.onError) };
  return { eraser, holds: createHolds(parts), accesses: createAccesses(parts) };
}
