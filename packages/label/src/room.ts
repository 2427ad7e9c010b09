// What every part of the room works with.
import type { Store } from "@cercle/store";
import type { Level } from "./examination/level.ts";
import type { LabelPorts } from "./ports.ts";
import type { PublicRow } from "./public/public-list.ts";

export type Room = {
  readonly store: Store;
  readonly ports: LabelPorts;
  /** The level in force of a product whose right is open now. */
  levelInForce(right: "list" | "logo", product: string): Level | undefined;
  /** The public list as it stands now. */
  readList(): Promise<readonly PublicRow[]>;
};
