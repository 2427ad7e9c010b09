// The sandbox grant as a port: a room's `add` command opens a real door through a real file at once.
import type { Json } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import { governanceErrors } from "../errors.ts";
import type { Files } from "../files/files.ts";

export type Grant = {
  readonly right: string;
  readonly subject: string;
  readonly limits?: { readonly [key: string]: Json | undefined };
  /** Key of who receives it (`vendor:demo`). */
  readonly holder: string;
  /** Key of who acts. */
  readonly actor: string;
};

export type Grants = {
  /** Opens a file of the instrument *sandbox grant* and signs it between the demo parties. Answers its reference. */
  grant(tx: Tx, grant: Grant): Promise<string>;
  /** Withdraws what the file of this right gave. */
  withdraw(tx: Tx, right: { right: string; subject: string; actor: string }): Promise<string>;
};

export function createGrants({ files, mode }: { files: Files; mode: "sandbox" | "live" }): Grants {
  const inSandbox = (): void => {
    if (mode !== "sandbox") throw governanceErrors.refuse("governance.sandbox-only");
  };
  return {
    async grant(tx, { right, subject, limits = {}, holder, actor }) {
      inSandbox();
      const known = await files.right(tx, right, subject);
      const sameFile = known ? await files.find(tx, known.reference) : undefined;
      const file = sameFile?.instrument === "sandbox-grant" ? sameFile : await files.open(tx, { instrument: "sandbox-grant", holder });
      await files.record(tx, file.reference, { type: "granted", actor, payload: { right, subject, limits } });
      return file.reference;
    },
    async withdraw(tx, { right, subject, actor }) {
      inSandbox();
      const known = await files.right(tx, right, subject);
      if (!known) throw governanceErrors.refuse("governance.never-granted", { params: { right, subject }, right });
      await files.record(tx, known.reference, { type: "withdrawn", actor, payload: { right, subject } });
      return known.reference;
    },
  };
}
