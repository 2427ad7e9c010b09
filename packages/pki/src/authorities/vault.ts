// Keys at rest: each in a file of its own, sealed with AES-256-GCM under a master key that lies outside the store
// (a file of mode 0600 in the data folder, or elsewhere by setting). A stolen database holds no key.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, readFile, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pkiErrors } from "../errors.ts";

export type Vault = {
  /** The secret with this name, made by `make` the first time. Names are file names: letters, digits, `-`, `.`. */
  secret(name: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array>;
  /** The secret with this name, if it was ever made. */
  find(name: string): Promise<Uint8Array | undefined>;
  seal(plain: Uint8Array): Uint8Array;
  /** Throws `pki.unreadable-key` when it was not sealed by this vault. */
  unseal(sealed: Uint8Array): Uint8Array;
};

const nonceBytes = 12;
const tagBytes = 16;

/** Opens the vault in `<folder>/keys`; makes its master key the first time. */
export async function openVault({ folder, masterKeyFile }: { folder: string; masterKeyFile?: string | undefined }): Promise<Vault> {
  const place = join(folder, "keys");
  await mkdir(place, { recursive: true, mode: 0o700 });
  const master = await readOrMake(masterKeyFile ?? join(place, "master.key"), () => randomBytes(32));
  if (master.length !== 32) throw pkiErrors.refuse("pki.unreadable-key", { detail: "the master key is not 32 bytes" });

  const seal: Vault["seal"] = (plain) => {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", master, nonce);
    return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const unseal: Vault["unseal"] = (sealed) => {
    try {
      const decipher = createDecipheriv("aes-256-gcm", master, sealed.subarray(0, nonceBytes));
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes)), decipher.final()]);
    } catch (cause) {
      throw pkiErrors.refuse("pki.unreadable-key", { cause });
    }
  };
  const pathOf = (name: string): string => {
    if (!/^[\w.-]{1,80}$/.test(name)) throw new TypeError(`a vault name is a file name: ${name}`);
    return join(place, `${name}.sealed`);
  };
  return {
    seal,
    unseal,
    async secret(name, make) {
      return unseal(await readOrMake(pathOf(name), async () => seal(await make())));
    },
    async find(name) {
      const sealed = await readIfThere(pathOf(name));
      return sealed && unseal(sealed);
    },
  };
}

/** Reads a file, or makes it whole at once: a crash leaves either no file or a complete one, and of two makers one wins. */
async function readOrMake(path: string, make: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array> {
  const found = await readIfThere(path);
  if (found) return found;
  const made = await make();
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  await writeFile(draft, made, { mode: 0o600 });
  const file = await open(draft, "r");
  await file.sync();
  await file.close();
  await chmod(draft, 0o600);
  // A link fails where a name exists: of two makers the first wins and both read the same bytes.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => (error.code === "EEXIST" ? undefined : Promise.reject(error)));
  await unlink(draft);
  return readFile(path);
}

function readIfThere(path: string): Promise<Buffer | undefined> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => (error.code === "ENOENT" ? undefined : Promise.reject(error)));
}
