// Personal content, beside the chain. Salt and payload lie in one box under the key of their file; the key lies sealed by the
// vault. Deleting one row erases one content; erasing the key erases all that was under it, copies of the rows included.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type Clock, canonicalJson, type Json } from "@cercle/kernel";
import type { Queryable, Tx } from "@cercle/store";
import { json } from "@cercle/store";
import type { Keys } from "./ports.ts";

/** A content as a row of `evidence.content`, in whichever form it was written. */
export type ContentColumns = {
  readonly salt: Uint8Array | null;
  readonly payload: Json;
  readonly generation: number | null;
  readonly sealed: Uint8Array | null;
};
export type Content = { readonly salt: Uint8Array; readonly payload: { readonly [key: string]: Json } };

export type Contents = {
  write(tx: Tx, file: string, seq: number, content: { salt: Uint8Array; payload: Json }): Promise<void>;
  /** Opens the contents of rows of one file; undefined where erased. */
  opener(from: Queryable, file: string): Promise<(seq: number, row: ContentColumns) => Content | undefined>;
  /** Seals bytes under the scope's key (documents, scans), bound to `label`. */
  sealBytes(tx: Tx, scope: string, label: string, plain: Uint8Array): Promise<{ generation: number; sealed: Uint8Array }>;
  /** Undefined when the key was erased. */
  openBytes(from: Queryable, scope: string, label: string, box: { generation: number; sealed: Uint8Array }): Promise<Uint8Array | undefined>;
  /** Erases every key of a scope; answers how many. */
  eraseKeys(tx: Tx, scope: string): Promise<number>;
};

const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;

export function createContents({ keys, real }: { keys: Pick<Keys, "seal" | "unseal"> | undefined; real: Clock }): Contents {
  const currentKey = async (tx: Tx, scope: string): Promise<{ generation: number; key: Uint8Array } | undefined> => {
    if (!keys) return undefined;
    const found = await tx.first<KeyRow>(
      "select generation, sealed from evidence.content_key where scope = $1 and erased_at is null order by generation desc limit 1",
      [scope],
    );
    if (found?.sealed) return { generation: found.generation, key: keys.unseal(found.sealed) };
    const made = await tx.first<KeyRow>(
      `insert into evidence.content_key (scope, generation, sealed, made_at)
       values ($1, (select coalesce(max(generation), 0) + 1 from evidence.content_key where scope = $1), $2, $3)
       on conflict do nothing returning generation, sealed`,
      [scope, keys.seal(randomBytes(32)), real.now()],
    );
    // Another transaction made it first: it is committed now.
    return made?.sealed ? { generation: made.generation, key: keys.unseal(made.sealed) } : currentKey(tx, scope);
  };
  const keysOf = async (from: Queryable, scope: string): Promise<ReadonlyMap<number, Uint8Array>> => {
    if (!keys) return new Map();
    const rows = await from.query<KeyRow>("select generation, sealed from evidence.content_key where scope = $1 and erased_at is null", [scope]);
    return new Map(rows.flatMap((row) => (row.sealed ? [[row.generation, keys.unseal(row.sealed)] as const] : [])));
  };

  return {
    async write(tx, file, seq, { salt, payload }) {
      const key = await currentKey(tx, file);
      if (!key) {
        await tx.run("insert into evidence.content (file_id, seq, salt, payload) values ($1, $2, $3, $4)", [file, seq, salt, json(payload)]);
        return;
      }
      const sealed = sealBox(key.key, `${file} ${seq}`, Buffer.concat([salt, Buffer.from(canonicalJson(payload))]));
      await tx.run("insert into evidence.content (file_id, seq, generation, sealed) values ($1, $2, $3, $4)", [file, seq, key.generation, sealed]);
    },
    async opener(from, file) {
      const known = await keysOf(from, file);
      return (seq, row) => {
        if (row.salt && row.payload !== null) return { salt: row.salt, payload: row.payload as Content["payload"] };
        const key = row.generation === null ? undefined : known.get(row.generation);
        const plain = key && row.sealed ? openBox(key, `${file} ${seq}`, row.sealed) : undefined;
        return plain && { salt: plain.subarray(0, saltBytes), payload: JSON.parse(plain.subarray(saltBytes).toString("utf8")) as Content["payload"] };
      };
    },
    async sealBytes(tx, scope, label, plain) {
      const key = await currentKey(tx, scope);
      return key ? { generation: key.generation, sealed: sealBox(key.key, `${scope} ${label}`, plain) } : { generation: 0, sealed: plain };
    },
    async openBytes(from, scope, label, box) {
      if (box.generation === 0) return box.sealed;
      const key = (await keysOf(from, scope)).get(box.generation);
      return key && openBox(key, `${scope} ${label}`, box.sealed);
    },
    eraseKeys: (tx, scope) =>
      tx.run("update evidence.content_key set sealed = null, erased_at = $2 where scope = $1 and erased_at is null", [scope, real.now()]),
  };
}

type KeyRow = { generation: number; sealed: Uint8Array | null };

function sealBox(key: Uint8Array, label: string, plain: Uint8Array): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(label));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when the box was changed: the verifier then says that its content is missing without an erasure. */
function openBox(key: Uint8Array, label: string, box: Uint8Array): Buffer | undefined {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, nonceBytes)).setAAD(Buffer.from(label));
    decipher.setAuthTag(box.subarray(box.length - tagBytes));
    return Buffer.concat([decipher.update(box.subarray(nonceBytes, box.length - tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}
