// What the telephone keeps, in IndexedDB: the key pair (not extractable), the identifiers, the counter. Nothing depends on the PIN.
import type { DeviceKeep, DeviceRecord } from "@cercle/e-cps/device";

const databaseName = "e-cps";
const storeName = "keep";
/** Beside the keep: tells an erased e-CPS from none, where the browser erased one and not the other. */
const markName = "e-cps-was-here";

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(databaseName, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(storeName);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function transact<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore, done: (value: T) => void) => void): Promise<T> {
  const database = await openDatabase();
  try {
    return await new Promise<T>((resolve, reject) => {
      // Durable before it is answered: a counter must never be used twice.
      const transaction = database.transaction(storeName, mode, { durability: "strict" });
      let value: T;
      work(transaction.objectStore(storeName), (result) => {
        value = result;
      });
      transaction.oncomplete = () => resolve(value);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

export const keep: DeviceKeep = {
  load: () =>
    transact<DeviceRecord | undefined>("readonly", (store, done) => {
      const request = store.get("record");
      request.onsuccess = () => done(request.result as DeviceRecord | undefined);
    }),
  save: (record) =>
    transact<void>("readwrite", (store) => {
      store.put(record, "record");
      if (record.verification) store.put(0, "counter");
      if (record.device) remember(true);
    }),
  nextCounter: () =>
    transact<number>("readwrite", (store, done) => {
      const request = store.get("counter");
      request.onsuccess = () => {
        const next = ((request.result as number | undefined) ?? 0) + 1;
        store.put(next, "counter");
        done(next);
      };
    }),
  clear: () =>
    transact<void>("readwrite", (store) => {
      store.clear();
      remember(false);
    }),
};

function remember(was: boolean): void {
  // A cookie outlives an eviction of storage in some browsers, and says nothing but yes.
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
  document.cookie = `${markName}=1; path=/app; samesite=strict; max-age=${was ? 34_000_000 : 0}`;
}

/** Whether an e-CPS was here that the browser erased. */
export async function wasErased(): Promise<boolean> {
  return document.cookie.includes(`${markName}=1`) && !(await keep.load())?.device;
}
