// What a way to the card must do, whatever it is made of. Two are there: PC/SC (pcsc.ts) and PKCS#11 (pkcs11.ts).

export type ReaderState = { readonly name: string; readonly cardPresent: boolean };
export type ReaderEvent = {
  readonly kind: "inserted" | "removed" | "reader-added" | "reader-removed";
  readonly reader: string;
};

/** The two keys of a card. Never one for the other: services refuse it. */
export type KeyUse = "authentication" | "signature";

export type Token = { readonly label: string; readonly manufacturer: string; readonly serial: string };

/** What is done inside one transaction: no other application comes between. */
export type CardOperations = {
  token(): Promise<Token>;
  /** Labels of the data objects that can be seen now. */
  dataLabels(): Promise<readonly string[]>;
  /** Throws `pin-required`, `no-object`. */
  readData(label: string): Promise<Uint8Array>;
  /** DER. */
  certificate(use: KeyUse): Promise<Uint8Array>;
  /** Tries left of the holder's code; 0 is blocked. Costs no try. */
  triesLeft(): Promise<number>;
  /** Throws `wrong-pin`, `pin-blocked`. */
  verifyPin(pin: string): Promise<void>;
  changePin(pin: string, next: string): Promise<void>;
  unblock(puk: string, next: string): Promise<void>;
  /** RSA PKCS#1 v1.5 over SHA-256 of the content. */
  sign(use: KeyUse, content: Uint8Array): Promise<Uint8Array>;
  /** One RSA block under the authentication key; PKCS#1 v1.5. */
  decipher(cryptogram: Uint8Array): Promise<Uint8Array>;
  random(count: number): Promise<Uint8Array>;
};

export type CardSession = {
  readonly reader: string;
  /** Runs `work` while nobody else speaks to the card. Throws `card-removed` when it leaves. */
  transaction<T>(work: (card: CardOperations) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type CardTransport = {
  readonly kind: "pcsc" | "pkcs11";
  readers(): Promise<readonly ReaderState[]>;
  /** Tells each change from now on; answers how to stop. */
  watch(listener: (event: ReaderEvent) => void): () => void;
  open(reader: string): Promise<CardSession>;
  close(): Promise<void>;
};
