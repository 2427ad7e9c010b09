// Devices without a screen, in a sandbox only: they speak the application's own protocol through the device library, request
// by request, signed like a telephone's. Their key and counter lie sealed in the store.

import { type Language, Refusal } from "@cercle/kernel";
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Messages } from "../activation/messages.ts";
import type { ApprovalDesk } from "../approval/approvals.ts";
import { trialClient } from "../approval/trial.ts";
import {
  createDevice,
  type Device,
  type DeviceKeep,
  type DeviceKeys,
  type DeviceRecord,
  DeviceRefusal,
  type Transport,
  type WaitingRequest,
} from "../device/index.ts";
import { eCpsErrors } from "../errors.ts";
import { parseNationalId } from "../national-id.ts";
import type { Secrets } from "./secrets.ts";

const algorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
type Jwk = Awaited<ReturnType<typeof exportJwk>>;
type Stored = { nationalId: string; verification?: string; device?: string; counter: number; privateKey: Jwk; publicKey: Jwk };

const exportJwk = (key: DeviceKeys["privateKey"]) => crypto.subtle.exportKey("jwk", key);

/** A keep in the store; the counter moves in one statement's transaction, before it is used. */
function createStoredKeep({ store, secrets, nationalId }: { store: Store; secrets: Secrets; nationalId: string }): DeviceKeep {
  const read = async (): Promise<Stored | undefined> => {
    const row = await store.first<{ record: Uint8Array }>("select record from e_cps.headless where national_id = $1", [nationalId]);
    return row && secrets.unsealJson<Stored>(row.record);
  };
  const write = (stored: Stored): Promise<number> =>
    store.run("insert into e_cps.headless (national_id, record) values ($1, $2) on conflict (national_id) do update set record = excluded.record", [
      nationalId,
      secrets.sealJson(stored),
    ]);
  return {
    async load() {
      const stored = await read();
      if (!stored) return undefined;
      const keys: DeviceKeys = {
        privateKey: await crypto.subtle.importKey("jwk", stored.privateKey, algorithm, true, ["sign"]),
        publicKey: await crypto.subtle.importKey("jwk", stored.publicKey, algorithm, true, ["verify"]),
      };
      const { verification, device } = stored;
      return { keys, nationalId: stored.nationalId, ...(verification ? { verification } : {}), ...(device ? { device } : {}) };
    },
    async save({ keys, nationalId: id, verification, device }: DeviceRecord) {
      await write({
        nationalId: id,
        ...(verification ? { verification } : {}),
        ...(device ? { device } : {}),
        counter: 0,
        privateKey: await exportJwk(keys.privateKey),
        publicKey: await exportJwk(keys.publicKey),
      });
    },
    nextCounter: () =>
      store.transaction(async (tx) => {
        const row = await tx.first<{ record: Uint8Array }>("select record from e_cps.headless where national_id = $1 for update", [nationalId]);
        if (!row) throw eCpsErrors.refuse("e-cps.not-headless", { params: { id: nationalId } });
        const stored = secrets.unsealJson<Stored>(row.record);
        await tx.run("update e_cps.headless set record = $2 where national_id = $1", [
          nationalId,
          secrets.sealJson({ ...stored, counter: stored.counter + 1 }),
        ]);
        return stored.counter + 1;
      }),
    async clear() {
      await store.run("delete from e_cps.headless where national_id = $1", [nationalId]);
    },
  };
}

/** A refusal of the protocol is the door's own refusal: same code, same words. */
async function asRefusal<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DeviceRefusal)) throw error;
    throw new Refusal(error.code, { status: error.status, text: { fr: error.message, en: error.message } });
  }
}

const who = z.object({ id: z.string().max(40) });
const withPin = who.extend({ pin: z.string().max(8) });
const maximumWait = 60;

export function headlessRoutes({
  store,
  secrets,
  messages,
  approvals,
  send,
}: {
  store: Store;
  secrets: Secrets;
  messages: Messages;
  approvals: ApprovalDesk;
  /** The protocol's own HTTP, in process. */
  send(language: Language): Transport;
}): readonly Route[] {
  const open = (nationalId: string, language: Language): Device =>
    createDevice({
      keep: createStoredKeep({ store, secrets, nationalId }),
      send: send(language),
      facts: { name: "sans écran / headless", platform: "cercle", appVersion: "1.0.0" },
      extractable: true,
    });
  const active = async (nationalId: string, language: Language): Promise<Device> => {
    const device = open(nationalId, language);
    if (!(await device.record())?.device) throw eCpsErrors.refuse("e-cps.not-headless", { params: { id: nationalId } });
    return device;
  };
  /** The oldest request that waits, quiet ones too: a script answers for the person who started the sign-in. */
  const nextRequest = async (device: Device, nationalId: string, seconds: number): Promise<WaitingRequest> => {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const left = Math.max(0, Math.min(2, Math.round((end - Date.now()) / 1000)));
      const waiting = await device.wait(left);
      const [first] = waiting.requests;
      if (first) return first;
      const quiet = waiting.quiet > 0 ? await approvals.quietNumber(nationalId) : undefined;
      if (quiet) return device.claim(quiet);
      if (Date.now() >= end) throw eCpsErrors.refuse("e-cps.nothing-waiting");
    }
  };
  const answer = (
    path: string,
    about: string,
    decide: (device: Device, request: WaitingRequest, body: { pin?: string | undefined; number?: string | undefined }) => Promise<{ state: string }>,
  ): Route =>
    defineRoute({
      method: "POST",
      path: `/api/sandbox/e-cps/${path}`,
      about,
      who: "anyone",
      perMinute: 6000,
      body: who.extend({
        pin: z.string().max(8).optional(),
        number: z
          .string()
          .regex(/^\d\d$/)
          .optional(),
        wait: z.number().int().min(0).max(maximumWait).default(30),
      }),
      handle: ({ body, language }) =>
        asRefusal(async () => {
          const id = parseNationalId(body.id);
          const device = await active(id, language);
          const request = await nextRequest(device, id, body.wait);
          const { state } = await decide(device, request, body);
          return { id, approval: request.id, state, service: request.service, purpose: request.purpose, place: request.place };
        }),
    });

  return [
    defineRoute({
      method: "POST",
      path: "/api/sandbox/e-cps/activate",
      about: "Sandbox: activates a device without a screen, with the codes of the outbox; replaces the e-CPS of this person.",
      who: "anyone",
      perMinute: 6000,
      body: withPin,
      handle: ({ body, language }) =>
        asRefusal(async () => {
          const nationalId = parseNationalId(body.id);
          const device = open(nationalId, language);
          const started = await device.startActivation({ nationalId, by: "codes" });
          const sent = await messages.list(store, nationalId);
          const codeOf = (channel: "telephone" | "email"): string =>
            sent.find((message) => message.channel === channel && message.kind === "activation")?.text.match(/\d{6}/)?.[0] ?? "";
          const { terms } = await device.prove({ telephone_code: codeOf("telephone"), email_code: codeOf("email") });
          const done = await device.finishActivation({ termsVersion: terms.version, pin: body.pin, replace: true });
          return { id: nationalId, device: done.device, terms: terms.version, verification: started.verification };
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/e-cps/terms",
      about: "Sandbox: accepts or refuses the version of the terms that was announced, as the application does.",
      who: "anyone",
      perMinute: 6000,
      body: who.extend({ answer: z.enum(["accepted", "refused"]) }),
      handle: ({ body, language }) =>
        asRefusal(async () => {
          const device = await active(parseNationalId(body.id), language);
          const { terms } = await device.ask<{ terms: { document: { version: string } } | null }>("/e-cps/device/home");
          const version = terms?.document.version ?? "";
          const answered = await device.ask<{ last_day?: string }>("/e-cps/device/terms", { version, answer: body.answer });
          return { id: body.id, version, answer: body.answer, ...answered };
        }),
    }),
    answer(
      "approve",
      "Sandbox: approves the request that waits, or the next one; the right number is looked up unless given.",
      async (device, request, body) => {
        const number = body.number ?? (await approvals.peekNumber(request.id)) ?? "";
        return device.decide(request.id, { decision: "approve", number, pin: body.pin ?? "" });
      },
    ),
    answer("deny", "Sandbox: refuses the request that waits.", (device, request) => device.decide(request.id, { decision: "refuse", report: false })),
    answer("report", "Sandbox: refuses and reports the request that waits.", (device, request) =>
      device.decide(request.id, { decision: "refuse", report: true }),
    ),
    answer("wrong-number", "Sandbox: approves with a number that is not the right one.", async (device, request, body) => {
      const right = await approvals.peekNumber(request.id);
      const number = request.choices.find((choice) => choice !== right) ?? "";
      return device.decide(request.id, { decision: "approve", number, pin: body.pin ?? "" });
    }),
    defineRoute({
      method: "POST",
      path: "/api/sandbox/e-cps/request",
      about: "Sandbox: sends a trial request to this person's e-CPS, as a sign-in would; answers its number.",
      who: "anyone",
      perMinute: 6000,
      body: who.extend({
        place: z.string().max(120).default("bac à sable / sandbox"),
        number: z
          .string()
          .regex(/^\d\d$/)
          .optional(),
      }),
      async handle({ body }) {
        const { number: given, place } = body;
        const request = { nationalId: parseNationalId(body.id), client: trialClient, place, environment: "bas" } as const;
        const { id, number, expiresAt } = await store.transaction((tx) =>
          approvals.start(tx, given ? { ...request, number: given, kind: "ciba" } : { ...request, kind: "sign-in" }),
        );
        return { approval: id, number, expires_at: expiresAt.toString() };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/sandbox/e-cps/requests/:approval",
      about: "Sandbox: what became of a request.",
      who: "anyone",
      perMinute: 6000,
      params: z.object({ approval: z.uuid() }),
      async handle({ params }) {
        const found = await approvals.find(params.approval);
        if (!found) throw eCpsErrors.refuse("e-cps.no-approval");
        return { approval: params.approval, state: found.state };
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/sandbox/e-cps/outbox",
      about: "Sandbox: messages that would have been sent, newest first.",
      who: "anyone",
      query: z.object({ id: z.string().max(40).optional() }),
      handle: async ({ query }) =>
        (await messages.list(store, query.id ? parseNationalId(query.id) : undefined)).map(({ nationalId, createdAt, sentAt: _, ...message }) => ({
          id: nationalId,
          ...message,
          at: createdAt.toString(),
        })),
    }),
  ];
}
