// The protocol of the telephone: activation, then signed requests. All POST; described in docs/e-cps.md.

import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import type { Activations } from "../activation/activations.ts";
import type { ApprovalDesk } from "../approval/approvals.ts";
import type { Calls } from "../approval/calls.ts";
import type { Push } from "../approval/push.ts";
import { trialClient } from "../approval/trial.ts";
import { eCpsErrors } from "../errors.ts";
import { parseNationalId } from "../national-id.ts";
import type { Person } from "../person.ts";
import { type DeviceRow, type Devices, envelopeSchema } from "./devices.ts";

const code = z.string().max(20);
const pin = z.string().max(8);
const id = z.object({ id: z.uuid() });
const short = z.string().trim().min(1).max(80);
const proof = z.union([
  z.object({ telephone_code: code, email_code: code }),
  z.object({ sealed_code: z.string().max(40) }),
  z.object({ link: z.string().max(80) }),
]);
/** Long-poll and decisions of many telephones behind one hospital's address. */
const perMinute = 6000;
/** Starts and proofs are counted per person in the store; this is the flood limit. */
const startsPerMinute = 600;

export function deviceRoutes({
  devices,
  activations,
  approvals,
  person,
  calls,
  push,
  store,
  minimumAppVersion,
}: {
  store: Store;
  push: Push;
  devices: Devices;
  activations: Activations;
  approvals: ApprovalDesk;
  person: Person;
  calls: Calls;
  minimumAppVersion: string;
}): readonly Route[] {
  /** A signed request: `path` is what was signed, parameters included. */
  const signed = <S extends z.ZodType>(
    path: string,
    about: string,
    schema: S,
    handle: (device: DeviceRow, payload: z.output<S>, facts: { params: Record<string, string>; language: "fr" | "en" }) => Promise<unknown>,
  ): Route =>
    defineRoute({
      method: "POST",
      path,
      about,
      who: "anyone",
      perMinute,
      params: z.record(z.string(), z.uuid()),
      body: envelopeSchema,
      async handle({ params, body, language }) {
        const at = path.replace(/:(\w+)/g, (_, name: string) => params[name] ?? "");
        const device = await devices.authenticate(at, body);
        const parsed = z.intersection(z.object({ app_version: z.string().max(20) }), schema).safeParse(readJson(body.payload));
        if (!parsed.success) throw eCpsErrors.refuse("e-cps.bad-payload", { params: { problem: parsed.error.issues[0]?.path.join(".") ?? "" } });
        // e-CPS 6: mandatory updates are taken.
        if (compareVersions(parsed.data.app_version, minimumAppVersion) < 0)
          throw eCpsErrors.refuse("e-cps.outdated", { params: { version: parsed.data.app_version } });
        return handle(device, parsed.data as z.output<S>, { params, language });
      },
    });
  const nothing = z.object({});

  return [
    defineRoute({
      method: "POST",
      path: "/e-cps/activations",
      about: "Starts an activation: codes to telephone and e-mail, or a sealed code or a link to come.",
      who: "anyone",
      perMinute: startsPerMinute,
      body: z.object({
        national_id: z.string().max(40).optional(),
        by: z.enum(["codes", "sealed-code", "link"]),
        link: z.string().max(80).optional(),
        public_key: z.string().max(400),
        device: z.object({ name: short, platform: short, app_version: z.string().max(20) }),
      }),
      handle: ({ body, language }) =>
        activations.start({
          nationalId: body.by === "link" ? undefined : parseNationalId(body.national_id ?? ""),
          by: body.by,
          link: body.link,
          publicKey: body.public_key,
          telephone: { name: body.device.name, platform: body.device.platform, appVersion: body.device.app_version },
          language,
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/e-cps/activations/:id/proof",
      about: "Proves who asks; answers the identity of the register, the terms, and the e-CPS that would be replaced.",
      who: "anyone",
      perMinute: startsPerMinute,
      params: id,
      body: proof,
      handle: ({ params, body }) => activations.prove(params.id, body),
    }),
    defineRoute({
      method: "POST",
      path: "/e-cps/activations/:id/finish",
      about: "Accepts the terms, chooses the PIN, proves the key: the e-CPS is active.",
      who: "anyone",
      perMinute: startsPerMinute,
      params: id,
      body: z.object({ terms_version: z.string().max(40), accepted: z.boolean(), pin, replace: z.boolean(), signature: z.string().max(120) }),
      handle: ({ params, body, language }) =>
        activations.finish(params.id, {
          termsVersion: body.terms_version,
          accepted: body.accepted,
          pin: body.pin,
          replace: body.replace,
          signature: body.signature,
          language,
        }),
    }),
    defineRoute({
      method: "POST",
      path: "/e-cps/device/challenge",
      about: "A challenge for one signed request.",
      who: "anyone",
      perMinute,
      body: z.object({ device: z.uuid() }),
      handle: async ({ body }) => ({ challenge: await devices.challenge(body.device) }),
    }),
    signed(
      "/e-cps/device/waiting",
      "Requests that wait, now or within some seconds.",
      z.object({ seconds: z.number().min(0).max(25) }),
      async (device, { seconds }) => {
        const { called, cancel } = calls.next(device.id, seconds * 1000);
        const before = await approvals.waiting(device);
        if (before.requests.length > 0 || seconds === 0) {
          cancel();
          return before;
        }
        return (await called) ? approvals.waiting(device) : before;
      },
    ),
    signed("/e-cps/device/claim", "The quiet request with this number.", z.object({ number: z.string().regex(/^\d\d$/) }), (device, { number }) =>
      approvals.claim(device, number),
    ),
    signed(
      "/e-cps/device/approvals/:id/decision",
      "Approves with number and PIN, or refuses and may report.",
      z.discriminatedUnion("decision", [
        z.object({ decision: z.literal("approve"), number: z.string().regex(/^\d\d$/), pin }),
        z.object({ decision: z.literal("refuse"), report: z.boolean() }),
      ]),
      async (device, decision, { params }) => {
        const decided = await approvals.decide(device, params.id ?? "", decision);
        if (decided.state === "approved") await person.noteUse(device);
        return decided;
      },
    ),
    signed("/e-cps/device/home", "Identity, news, maintenance, suggestions.", nothing, (device) => person.home(device)),
    signed(
      "/e-cps/device/history",
      "Who received which data, and what happened to this e-CPS.",
      z.object({ before: z.uuid().optional() }),
      (device, { before }) => person.history(device, before),
    ),
    signed("/e-cps/device/deactivation", "Deactivates this e-CPS.", z.object({ reason: z.enum(["removed", "reported"]) }), (device, { reason }, { language }) =>
      person.deactivate(device, reason, language),
    ),
    signed("/e-cps/device/link", "A link that brings a new telephone in.", z.object({ pin }), async (device, payload) => {
      await devices.checkPin(device, payload.pin);
      return person.linkNewTelephone(device);
    }),
    signed(
      "/e-cps/device/details",
      "New contact details: codes go to them.",
      z.object({ pin, telephone: z.string().max(40), email: z.string().max(254) }),
      async (device, payload, { language }) => {
        await devices.checkPin(device, payload.pin);
        return person.startDetails(device, payload, language);
      },
    ),
    signed(
      "/e-cps/device/details/confirmation",
      "Confirms new contact details with both codes; the old ones are told.",
      z.object({ verification: z.uuid(), telephone_code: code, email_code: code }),
      (device, { verification, telephone_code, email_code }, { language }) =>
        person.confirmDetails(device, verification, { telephone_code, email_code }, language),
    ),
    signed(
      "/e-cps/device/push",
      "Where this telephone is woken, or nowhere.",
      z.object({ endpoint: z.string().max(1000).optional() }),
      (device, { endpoint }) => push.subscribe(device.id, endpoint),
    ),
    signed("/e-cps/device/trial", "A trial request to this telephone, with its number.", nothing, async (device) => {
      const request = { nationalId: device.national_id, client: trialClient, place: device.name ?? "e-CPS", kind: "sign-in", environment: "bas" } as const;
      const { id: trial, number } = await store.transaction((tx) => approvals.start(tx, request));
      return { approval: trial, number };
    }),
    signed(
      "/e-cps/device/terms",
      "Accepts or refuses a new version of the terms.",
      z.object({ version: z.string().max(40), answer: z.enum(["accepted", "refused"]) }),
      (device, { version, answer }) => person.answerTerms(device, version, answer),
    ),
  ];
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `1.10.0` after `1.9.2`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split(".").map((part) => Number.parseInt(part, 10) || 0));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
