// Authority keys inside a PKCS#11 token: made there, never out of it. `pkcs11js` is a native addon and optional; it is
// loaded only when the setting asks for it.
import { integerBytes, wrap } from "../encoding/der.ts";
import { pkiErrors } from "../errors.ts";
import type { KeyStore, SigningKey } from "./keys.ts";

type Handle = Buffer;
type Attribute = { type: number; value?: Buffer | number | boolean | string };
/** What we use of `pkcs11js` (PKCS#11 v2.40 names). */
type Module = {
  load(path: string): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Handle[];
  C_GetTokenInfo(slot: Handle): { label: string };
  C_OpenSession(slot: Handle, flags: number): Handle;
  C_Login(session: Handle, user: number, pin: string): void;
  C_FindObjectsInit(session: Handle, template: Attribute[]): void;
  C_FindObjects(session: Handle, most: number): Handle[];
  C_FindObjectsFinal(session: Handle): void;
  C_GetAttributeValue(session: Handle, object: Handle, template: Attribute[]): { type: number; value: Buffer }[];
  C_GenerateKeyPair(
    session: Handle,
    mechanism: { mechanism: number },
    publicKey: Attribute[],
    privateKey: Attribute[],
  ): { publicKey: Handle; privateKey: Handle };
  C_SignInit(session: Handle, mechanism: { mechanism: number }, key: Handle): void;
  C_Sign(session: Handle, data: Buffer, output: Buffer): Buffer;
};

const attribute = {
  class: 0,
  token: 1,
  private: 2,
  label: 3,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  modulus: 0x120,
} as const;
const moreAttributes = { modulusBits: 0x121, publicExponent: 0x122, extractable: 0x162 } as const;
const objectClass = { publicKey: 2, privateKey: 3 } as const;
const rsaKey = 0;
const mechanism = { makeRsaPair: 0, sha256Rsa: 0x40 } as const;
/** CKF_RW_SESSION | CKF_SERIAL_SESSION. */
const sessionFlags = 2 | 4;
const user = 1;
const longestSignature = 512;
const exponent = Buffer.from([1, 0, 1]);
const rsaAlgorithm = Buffer.from("300d06092a864886f70d0101010500", "hex");

export type TokenPlace = { readonly module: string; readonly token: string; readonly pin: string };
export type TokenKeys = KeyStore & { close(): void };

/** Opens a token by its label. Throws `pki.no-token` with the reason when the addon, the module, the token or the code fails. */
export async function openTokenKeys({ module: path, token, pin }: TokenPlace): Promise<TokenKeys> {
  const { pkcs11, session } = await openSession(path, token, pin);

  const findObject = (name: string, kind: number): Handle | undefined => {
    pkcs11.C_FindObjectsInit(session, [
      { type: attribute.class, value: kind },
      { type: attribute.label, value: name },
    ]);
    const [found] = pkcs11.C_FindObjects(session, 1);
    pkcs11.C_FindObjectsFinal(session);
    return found;
  };
  const openKey = (privateKey: Handle, publicKey: Handle): SigningKey => {
    const values = pkcs11.C_GetAttributeValue(session, publicKey, [{ type: attribute.modulus }, { type: moreAttributes.publicExponent }]);
    const [modulus = Buffer.alloc(0), publicExponent = exponent] = values.map((value) => value.value);
    const bits = wrap(0x03, Buffer.from([0]), wrap(0x30, integerBytes(modulus), integerBytes(publicExponent)));
    return {
      spki: wrap(0x30, rsaAlgorithm, bits),
      async sign(data) {
        // A session holds one operation: both calls in one turn, so that no other signature comes between.
        pkcs11.C_SignInit(session, { mechanism: mechanism.sha256Rsa }, privateKey);
        return pkcs11.C_Sign(session, Buffer.from(data), Buffer.alloc(longestSignature));
      },
    };
  };
  const find = (name: string): SigningKey | undefined => {
    const privateKey = findObject(name, objectClass.privateKey);
    const publicKey = findObject(name, objectClass.publicKey);
    return privateKey && publicKey ? openKey(privateKey, publicKey) : undefined;
  };
  return {
    kind: "pkcs11",
    find: async (name) => find(name),
    async get(name, bits) {
      const known = find(name);
      if (known) return known;
      const common = [
        { type: attribute.token, value: true },
        { type: attribute.keyType, value: rsaKey },
        { type: attribute.label, value: name },
        { type: attribute.id, value: Buffer.from(name) },
      ];
      const made = pkcs11.C_GenerateKeyPair(
        session,
        { mechanism: mechanism.makeRsaPair },
        [
          { type: attribute.class, value: objectClass.publicKey },
          ...common,
          { type: attribute.verify, value: true },
          { type: moreAttributes.modulusBits, value: bits },
          { type: moreAttributes.publicExponent, value: exponent },
        ],
        [
          { type: attribute.class, value: objectClass.privateKey },
          ...common,
          { type: attribute.private, value: true },
          { type: attribute.sensitive, value: true },
          { type: moreAttributes.extractable, value: false },
          { type: attribute.sign, value: true },
        ],
      );
      return openKey(made.privateKey, made.publicKey);
    },
    close: () => pkcs11.C_Finalize(),
  };
}

async function openSession(path: string, token: string, pin: string): Promise<{ pkcs11: Module; session: Handle }> {
  const refuse = (problem: string, cause?: unknown) => pkiErrors.refuse("pki.no-token", { params: { token, problem }, cause });
  // Named by a variable: the addon is not there on most machines, and nothing should look for it.
  const addon = "pkcs11js";
  const loaded = (await import(addon).catch((cause: unknown) => {
    throw refuse("pkcs11js", cause);
  })) as { PKCS11?: new () => Module; default?: { PKCS11: new () => Module } };
  const Pkcs11 = loaded.PKCS11 ?? loaded.default?.PKCS11;
  if (!Pkcs11) throw refuse("pkcs11js");
  const pkcs11 = new Pkcs11();
  try {
    pkcs11.load(path);
    pkcs11.C_Initialize();
  } catch (cause) {
    throw refuse(path, cause);
  }
  try {
    const slot = pkcs11.C_GetSlotList(true).find((found) => pkcs11.C_GetTokenInfo(found).label.replace(/[\0 ]+$/, "") === token);
    if (!slot) throw refuse(token);
    const session = pkcs11.C_OpenSession(slot, sessionFlags);
    pkcs11.C_Login(session, user, pin);
    return { pkcs11, session };
  } catch (cause) {
    pkcs11.C_Finalize();
    throw (cause as { code?: unknown }).code === "pki.no-token" ? cause : refuse("C_Login", cause);
  }
}
