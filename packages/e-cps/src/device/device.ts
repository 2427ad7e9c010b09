// The device's side of the e-CPS protocol, for the application, the command line and test suites alike: WebCrypto and
// the wire, nothing of Node or of a browser. What it keeps is handed in (`DeviceKeep`); nothing kept depends on the PIN.
import type { Decided, Decision, IdentityView, ProblemBody, Proof, ProvenVerification, StartedVerification, Waiting, WaitingRequest } from "./protocol.ts";
import { buildActivationText, buildSignedText } from "./signed-text.ts";

export type DeviceKeys = { readonly privateKey: Key; readonly publicKey: Key };
type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** What a device keeps: its key pair, and an activation at work or an e-CPS. */
export type DeviceRecord = {
  readonly keys: DeviceKeys;
  readonly verification?: string;
  readonly device?: string;
  readonly nationalId: string;
};

/** Where it is kept (IndexedDB in the application). */
export type DeviceKeep = {
  load(): Promise<DeviceRecord | undefined>;
  save(record: DeviceRecord): Promise<void>;
  /** One more than ever before, durable before it is answered: a lost reply must only leave a gap. */
  nextCounter(): Promise<number>;
  clear(): Promise<void>;
};

/** Sends one request of the protocol; always POST, JSON both ways. */
export type Transport = (request: { path: string; body: unknown }) => Promise<{ status: number; body: unknown }>;

/** A refusal as the server worded it. */
export class DeviceRefusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(problem: ProblemBody) {
    super(problem.title);
    this.name = "DeviceRefusal";
    this.code = problem.code;
    this.status = problem.status;
  }
}

export type DeviceFacts = { readonly name: string; readonly platform: string; readonly appVersion: string };

export type Device = {
  record(): Promise<DeviceRecord | undefined>;
  /** Makes the key pair and asks for codes, or for none when a link or a sealed code will prove who asks. */
  startActivation(start: { nationalId?: string; by: "codes" | "sealed-code" | "link"; link?: string }): Promise<StartedVerification>;
  prove(proof: Proof): Promise<ProvenVerification>;
  finishActivation(finish: { termsVersion: string; pin: string; replace: boolean }): Promise<{ device: string; identity: IdentityView }>;
  /** A signed request of any path of the protocol. */
  ask<T>(path: string, payload?: unknown): Promise<T>;
  /** Requests that wait now, or as soon as one comes within `seconds`. */
  wait(seconds: number): Promise<Waiting>;
  /** The quiet request with this number, typed from the sign-in screen. */
  claim(number: string): Promise<WaitingRequest>;
  decide(id: string, decision: Decision): Promise<Decided>;
  forget(): Promise<void>;
};

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;

/** `extractable` only for a keep that must write the key as text (the sandbox's devices without a screen). */
export function createDevice({
  keep,
  send,
  facts,
  extractable = false,
}: {
  keep: DeviceKeep;
  send: Transport;
  facts: DeviceFacts;
  extractable?: boolean;
}): Device {
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const reply = await send({ path, body });
    if (reply.status >= 400) throw new DeviceRefusal(toProblem(reply));
    return reply.body as T;
  };
  const sign = async (key: Key, text: string): Promise<string> =>
    toBase64Url(new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, new TextEncoder().encode(text))));
  const active = async (): Promise<DeviceRecord & { device: string }> => {
    const record = await keep.load();
    if (!record?.device) throw new DeviceRefusal({ code: "e-cps.unknown-device", title: "no e-CPS on this device", status: 404 });
    return { ...record, device: record.device };
  };
  const proving = async (): Promise<DeviceRecord & { verification: string }> => {
    const record = await keep.load();
    if (!record?.verification) throw new DeviceRefusal({ code: "e-cps.no-verification", title: "no activation at work", status: 410 });
    return { ...record, verification: record.verification };
  };

  const askOnce = async <T>(path: string, payload: string): Promise<T> => {
    const { device, keys } = await active();
    const { challenge } = await post<{ challenge: string }>("/e-cps/device/challenge", { device });
    // After the challenge, so that the counter is above all that the server had accepted by then.
    const counter = await keep.nextCounter();
    const signature = await sign(keys.privateKey, buildSignedText({ path, device, challenge, counter, payload }));
    return post<T>(path, { device, challenge, counter, payload, signature });
  };
  const ask = async <T>(path: string, payload: unknown = {}): Promise<T> => {
    const text = JSON.stringify({ app_version: facts.appVersion, ...(payload as object) });
    for (let attempt = 1; ; attempt++) {
      try {
        return await askOnce<T>(path, text);
      } catch (error) {
        // Overtaken by another request of this very device: sign again.
        if (attempt < 4 && error instanceof DeviceRefusal && error.code === "e-cps.again") continue;
        throw error;
      }
    }
  };

  return {
    record: () => keep.load(),
    async startActivation({ nationalId, by, link }) {
      const keys = (await crypto.subtle.generateKey(algorithm, extractable, ["sign", "verify"])) as DeviceKeys;
      const publicKey = toBase64Url(new Uint8Array(await crypto.subtle.exportKey("spki", keys.publicKey)));
      const started = await post<StartedVerification & { national_id: string }>("/e-cps/activations", {
        ...(nationalId === undefined ? {} : { national_id: nationalId }),
        ...(link === undefined ? {} : { link }),
        by,
        public_key: publicKey,
        device: { name: facts.name, platform: facts.platform, app_version: facts.appVersion },
      });
      await keep.save({ keys, verification: started.verification, nationalId: started.national_id });
      return started;
    },
    async prove(proof) {
      const { verification } = await proving();
      return post<ProvenVerification>(`/e-cps/activations/${verification}/proof`, proof);
    },
    async finishActivation({ termsVersion, pin, replace }) {
      const record = await proving();
      const signature = await sign(record.keys.privateKey, buildActivationText({ verification: record.verification, termsVersion }));
      const done = await post<{ device: string; identity: IdentityView }>(`/e-cps/activations/${record.verification}/finish`, {
        terms_version: termsVersion,
        accepted: true,
        pin,
        replace,
        signature,
      });
      await keep.save({ keys: record.keys, device: done.device, nationalId: record.nationalId });
      return done;
    },
    ask,
    wait: (seconds) => ask("/e-cps/device/waiting", { seconds }),
    claim: (number) => ask("/e-cps/device/claim", { number }),
    decide: (id, decision) => ask(`/e-cps/device/approvals/${id}/decision`, decision),
    forget: () => keep.clear(),
  };
}

/** A keep in memory, for processes that end. */
export function createMemoryKeep(initial?: { record: DeviceRecord; counter: number }): DeviceKeep & { copy(): DeviceKeep } {
  let record = initial?.record;
  let counter = initial?.counter ?? 0;
  return {
    load: async () => record,
    async save(next) {
      record = next;
    },
    nextCounter: async () => ++counter,
    async clear() {
      record = undefined;
      counter = 0;
    },
    /** The same key and counter in other hands: what a cloned telephone is. */
    copy: () => createMemoryKeep(record ? { record, counter } : undefined),
  };
}

/** The protocol over `fetch`, at an origin ("" for the page's own). `language` words the refusals. */
export function createFetchTransport({ origin, language, signal }: { origin: string; language: () => "fr" | "en"; signal?: () => Signal }): Transport {
  return async ({ path, body }) => {
    const given = signal?.();
    const reply = await fetch(`${origin}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-language": language() },
      body: JSON.stringify(body),
      ...(given ? { signal: given } : {}),
    });
    const text = await reply.text();
    return { status: reply.status, body: text === "" ? undefined : JSON.parse(text) };
  };
}
type Signal = AbortSignal | undefined;

export function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

function toProblem(reply: { status: number; body: unknown }): ProblemBody {
  const { code = "web.internal", title = "" } = (reply.body ?? {}) as Partial<ProblemBody>;
  return { code, title, status: reply.status };
}
