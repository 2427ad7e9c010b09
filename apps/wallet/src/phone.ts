// The one device of this page, and what it knows of the telephone it runs on.
import { createDevice, createFetchTransport, DeviceRefusal, type TermsDocument, type Words } from "@cercle/e-cps/device";
import { keep } from "./keep.ts";
import type { Language } from "./texts.ts";

export const appVersion = "1.0.0";

let language: Language = "fr";
export function setProtocolLanguage(next: Language): void {
  language = next;
}

function nameOfTelephone(): { name: string; platform: string } {
  const agent = navigator.userAgent;
  const platform = /iPhone|iPad/.test(agent)
    ? "iOS"
    : /Android/.test(agent)
      ? "Android"
      : /Mac/.test(agent)
        ? "macOS"
        : /Windows/.test(agent)
          ? "Windows"
          : "Linux";
  const browser = /Firefox/.test(agent)
    ? "Firefox"
    : /Edg/.test(agent)
      ? "Edge"
      : /Chrom/.test(agent)
        ? "Chromium"
        : /Safari/.test(agent)
          ? "Safari"
          : "navigateur";
  return { name: `${browser}, ${platform}`, platform };
}

export const send = createFetchTransport({ origin: "", language: () => language });
export const phone = createDevice({ keep, send, facts: { ...nameOfTelephone(), appVersion } });

/** Asks an unsigned path. */
export async function post<T>(path: string, body: unknown): Promise<T> {
  const reply = await send({ path, body });
  if (reply.status >= 400) {
    const problem = (reply.body ?? {}) as { code?: string; title?: string };
    throw new DeviceRefusal({ code: problem.code ?? "web.internal", title: problem.title ?? "", status: reply.status });
  }
  return reply.body as T;
}

export type Home = {
  readonly device: { readonly id: string; readonly name: string | null; readonly state: "active" | "blocked"; readonly activated_at: string };
  readonly identity: {
    readonly national_id: string;
    readonly family_name: string;
    readonly given_name: string;
    readonly civility?: string;
    readonly profession?: string;
  };
  readonly contact: { readonly telephone: string; readonly email: string; readonly updated_at: string } | null;
  readonly push_key: string;
  readonly terms: { readonly document: TermsDocument; readonly in_force: boolean; readonly answer: "refused" | null; readonly last_day: string } | null;
  readonly maintenance: readonly { readonly id: string; readonly starts_at: string; readonly ends_at: string; readonly text: Words }[];
  readonly suggestions: readonly {
    readonly client: string;
    readonly name: Words;
    readonly url?: string;
    readonly why: "habit" | "often" | "recent";
    readonly times: number;
  }[];
};

export type HistoryEntry = {
  readonly id: string;
  readonly kind: "sign-in" | "activation" | "end" | "details" | "terms" | "pin" | "measure";
  readonly result: string;
  readonly at: string;
  readonly facts: { readonly name?: Words; readonly purpose?: Words; readonly place?: string; readonly data?: readonly string[]; readonly version?: string };
};

/** Refusals after which this telephone has no e-CPS any more. */
export const endings: ReadonlySet<string> = new Set(["e-cps.device-ended", "e-cps.cloned", "e-cps.unknown-device"]);

/** Subscribes to Web Push, or ends it; answers whether it is on. */
export async function setPush(on: boolean, key: string): Promise<"on" | "off" | "denied"> {
  const registration = await navigator.serviceWorker.ready;
  const current = await registration.pushManager.getSubscription();
  if (!on) {
    await current?.unsubscribe();
    await phone.ask("/e-cps/device/push", {});
    return "off";
  }
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const subscription = current ?? (await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  await phone.ask("/e-cps/device/push", { endpoint: subscription.endpoint });
  return "on";
}

export const canPush = (): boolean => "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

export async function pushIsOn(): Promise<boolean> {
  if (!canPush()) return false;
  const registration = await navigator.serviceWorker.getRegistration("/app/");
  return (await registration?.pushManager.getSubscription()) != null;
}
