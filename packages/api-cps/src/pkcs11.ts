// The PKCS#11 transport: the module of the card (libcps3_pkcs11) or OpenSC's. A signature is RSA-PKCS over a digest made here:
// OpenSC built on OpenSSL 3 has no hashing mechanism for this card.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { CpsError, wrongPin } from "./errors.ts";
import { loadNative } from "./native.ts";
import type { CardOperations, CardSession, CardTransport, KeyUse, ReaderEvent, ReaderState } from "./transport.ts";

type Handle = Buffer;
type Attribute = { type: number; value?: Buffer | number | boolean | string };
type Native = {
  C_Initialize(): void;
  C_Finalize(): void;
  load(path: string): void;
  close(): void;
  C_GetSlotList(present: boolean): Handle[];
  C_GetSlotInfo(slot: Handle): { slotDescription: string; flags: number };
  C_GetTokenInfo(slot: Handle): { label: string; manufacturerID: string; serialNumber: string; flags: number };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_CloseSession(session: Handle): void;
  C_Login(session: Handle, user: number, pin: string): void;
  C_Logout(session: Handle): void;
  C_SetPIN(session: Handle, pin: string, next: string): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, count: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { type: number; value: Buffer }[];
  C_SignInit(session: Handle, mechanism: { mechanism: number }, key: Handle): void;
  C_Sign(session: Handle, data: Buffer, out: Buffer): Buffer;
  C_DecryptInit(session: Handle, mechanism: { mechanism: number }, key: Handle): void;
  C_Decrypt(session: Handle, data: Buffer, out: Buffer): Buffer;
  C_GenerateRandom(session: Handle, out: Buffer): Buffer;
};
type NativeModule = { readonly PKCS11: new () => Native };

// PKCS#11 v2.40 §A.
const ck = { serial: 4, rw: 2, user: 1, class: 0, label: 3, value: 0x11, id: 0x102, data: 0, certificate: 1, privateKey: 3, rsaPkcs: 1 } as const;
const tokenFlags = { present: 1, countLow: 0x10000, finalTry: 0x20000, locked: 0x40000 } as const;
const failures: Readonly<Record<string, string>> = {
  "160": "wrong-pin",
  "164": "pin-blocked",
  "224": "card-removed",
  "225": "card-removed",
  // OpenSC says CKR_GENERAL_ERROR when the card left in the middle.
  "5": "card-removed",
  "48": "card-removed",
  "50": "card-removed",
  "179": "card-removed",
};

/** Where the card's module is, the real ones first. */
export const usualModules: readonly string[] = [
  "/usr/lib/libcps3_pkcs11.so",
  "/usr/local/lib/libcps3_pkcs11.so",
  "/Library/Application Support/santesocial/CPS/libcps3_pkcs11_osx.dylib",
  "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
  "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
  "/usr/lib64/opensc-pkcs11.so",
];
const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");
const identifierEnd: Readonly<Record<KeyUse, readonly number[]>> = { signature: [0x01, 0x10], authentication: [0x02, 0x20] };

/** Opens the transport on a module (the first usual one unless told). Throws `no-driver`. */
export function openPkcs11({ module = usualModules.find((path) => existsSync(path)) }: { module?: string | undefined } = {}): CardTransport {
  if (!module) throw new CpsError("no-driver", { module: "opensc-pkcs11.so" });
  const { PKCS11 } = loadNative<NativeModule>("pkcs11js");
  const library = new PKCS11();
  try {
    library.load(module);
    library.C_Initialize();
  } catch (cause) {
    throw new CpsError("no-driver", { module }, { cause });
  }
  const slots = (): { slot: Handle; state: ReaderState }[] =>
    library.C_GetSlotList(false).map((slot) => {
      const { slotDescription, flags } = library.C_GetSlotInfo(slot);
      const name = slotDescription.trim();
      return { slot, state: { name, cardPresent: (flags & tokenFlags.present) !== 0 } };
    });
  const watchers = new Set<NodeJS.Timeout>();
  return {
    kind: "pkcs11",
    readers: async () => slots().map((one) => one.state),
    watch(listener) {
      let before = new Map(slots().map(({ state }) => [state.name, state]));
      const timer = setInterval(() => {
        const now = new Map(slots().map(({ state }) => [state.name, state]));
        for (const event of compare(before, now)) listener(event);
        before = now;
      }, 500);
      watchers.add(timer);
      return () => {
        clearInterval(timer);
        watchers.delete(timer);
      };
    },
    async open(reader) {
      const found = slots().find(({ state }) => state.name === reader);
      if (!found) throw new CpsError("no-reader");
      if (!found.state.cardPresent) throw new CpsError("no-card", { reader });
      return createSession(library, found.slot, reader);
    },
    async close() {
      for (const timer of watchers) clearInterval(timer);
      library.C_Finalize();
      library.close();
    },
  };
}

/** A code of another shape costs no try. */
function checkShape(pin: string): void {
  if (!/^\d{4}$/.test(pin)) throw new CpsError("bad-pin");
}

function compare(before: ReadonlyMap<string, ReaderState>, now: ReadonlyMap<string, ReaderState>): readonly ReaderEvent[] {
  const events: ReaderEvent[] = [];
  for (const [reader, state] of now) {
    const was = before.get(reader);
    if (!was) events.push({ kind: "reader-added", reader });
    if (state.cardPresent && !was?.cardPresent) events.push({ kind: "inserted", reader });
    if (!state.cardPresent && was?.cardPresent) events.push({ kind: "removed", reader });
  }
  for (const reader of before.keys()) if (!now.has(reader)) events.push({ kind: "reader-removed", reader });
  return events;
}

function createSession(library: Native, slot: Handle, reader: string): CardSession {
  const triesLeft = (): number => {
    const { flags } = library.C_GetTokenInfo(slot);
    if ((flags & tokenFlags.locked) !== 0) return 0;
    if ((flags & tokenFlags.finalTry) !== 0) return 1;
    return (flags & tokenFlags.countLow) !== 0 ? 2 : 3;
  };
  const present = (): boolean => {
    try {
      return (library.C_GetSlotInfo(slot).flags & tokenFlags.present) !== 0;
    } catch {
      return false;
    }
  };
  const guard = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof CpsError) throw cause;
      const meaning = failures[String((cause as { code?: number }).code)];
      if (meaning === "wrong-pin") throw wrongPin(triesLeft());
      if (meaning === "pin-blocked") throw wrongPin(0);
      if (meaning === "card-removed" || !present()) throw new CpsError("card-removed", {}, { cause });
      throw new CpsError("card-failed", { status: (cause as Error).message, command: "PKCS#11" }, { cause });
    }
  };
  let session = guard(() => library.C_OpenSession(slot, ck.serial | ck.rw));
  let loggedIn = false;
  let queue: Promise<unknown> = Promise.resolve();

  const find = (template: Attribute[]): Handle[] =>
    guard(() => {
      library.C_FindObjectsInit(session, template);
      try {
        return library.C_FindObjects(session, 64);
      } finally {
        library.C_FindObjectsFinal(session);
      }
    });
  const attribute = (object: Handle, type: number): Buffer =>
    guard(() => library.C_GetAttributeValue(session, object, [{ type }])[0]?.value ?? Buffer.alloc(0));
  const byUse = (kind: number, use: KeyUse): Handle => {
    const found = find([{ type: ck.class, value: kind }]).find((object) => identifierEnd[use].includes(attribute(object, ck.id).at(-1) ?? 0));
    if (!found) throw kind === ck.privateKey ? new CpsError("pin-required") : new CpsError("no-object", { label: use });
    return found;
  };

  const operations: CardOperations = {
    async token() {
      const info = guard(() => library.C_GetTokenInfo(slot));
      // OpenSC appends the code's name: `CPS3v3-2600000042 (Code porteur)`.
      return { label: info.label.trim().replace(/ \(.*$/, ""), manufacturer: info.manufacturerID.trim(), serial: info.serialNumber.trim() };
    },
    dataLabels: async () => find([{ type: ck.class, value: ck.data }]).map((object) => attribute(object, ck.label).toString("utf8")),
    async readData(label) {
      const object = find([
        { type: ck.class, value: ck.data },
        { type: ck.label, value: label },
      ])[0];
      if (!object) throw loggedIn || !/_ACTIVITY_|_SIT_FACT/.test(label) ? new CpsError("no-object", { label }) : new CpsError("pin-required");
      return attribute(object, ck.value);
    },
    certificate: async (use) => attribute(byUse(ck.certificate, use), ck.value),
    triesLeft: async () => guard(triesLeft),
    async verifyPin(pin) {
      checkShape(pin);
      if (loggedIn) guard(() => library.C_Logout(session));
      loggedIn = false;
      guard(() => library.C_Login(session, ck.user, pin));
      loggedIn = true;
    },
    async changePin(pin, next) {
      checkShape(pin);
      checkShape(next);
      guard(() => library.C_SetPIN(session, pin, next));
    },
    // OpenSC answers CKR_FUNCTION_NOT_SUPPORTED to C_InitPIN for this card.
    unblock: async () => {
      throw new CpsError("not-supported");
    },
    async sign(use, content) {
      const key = byUse(ck.privateKey, use);
      const data = Buffer.concat([digestInfo, createHash("sha256").update(content).digest()]);
      return guard(() => {
        library.C_SignInit(session, { mechanism: ck.rsaPkcs }, key);
        return library.C_Sign(session, data, Buffer.alloc(256));
      });
    },
    async decipher(cryptogram) {
      const key = byUse(ck.privateKey, "authentication");
      return guard(() => {
        library.C_DecryptInit(session, { mechanism: ck.rsaPkcs }, key);
        return library.C_Decrypt(session, Buffer.from(cryptogram), Buffer.alloc(256));
      });
    },
    random: async (count) => guard(() => library.C_GenerateRandom(session, Buffer.alloc(count))),
  };

  const renew = (): void => {
    try {
      library.C_CloseSession(session);
    } catch {
      // The token left and came back: the old session is gone already.
    }
    session = guard(() => library.C_OpenSession(slot, ck.serial | ck.rw));
  };
  const once = async <T>(work: (card: CardOperations) => Promise<T>): Promise<T> => {
    // Calls of the module block: between two transactions the rest of the program has its turn.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      return await work(operations);
    } finally {
      // A code is presented for one transaction: the next one asks again.
      if (loggedIn) {
        loggedIn = false;
        try {
          library.C_Logout(session);
        } catch {
          renew();
        }
      }
    }
  };
  return {
    reader,
    transaction(work) {
      const result = queue.then(() => once(work));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      await queue;
      try {
        library.C_CloseSession(session);
      } catch {
        // Gone with the card.
      }
    },
  };
}
