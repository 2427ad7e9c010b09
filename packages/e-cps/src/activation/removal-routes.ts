// Deleting one's e-CPS without its telephone: forgotten PIN, loss, theft (art. 3.2, 12.1). Proven by the codes on file.
import type { Store } from "@cercle/store";
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { eCpsErrors } from "../errors.ts";
import { parseNationalId } from "../national-id.ts";
import type { Person } from "../person.ts";
import type { Activations } from "./activations.ts";
import { maskDetails } from "./correspondence.ts";
import type { Verifications } from "./verifications.ts";

const code = z.string().max(20);
const perMinute = 600;

export function removalRoutes({
  store,
  activations,
  verifications,
  person,
  mode,
}: {
  store: Store;
  activations: Activations;
  verifications: Verifications;
  person: Person;
  mode: "sandbox" | "live";
}): readonly Route[] {
  return [
    defineRoute({
      method: "POST",
      path: "/e-cps/removals",
      about: "Starts the deletion of an e-CPS whose PIN is forgotten or whose telephone is lost: codes to telephone and e-mail.",
      who: "anyone",
      perMinute,
      body: z.object({ national_id: z.string().max(40) }),
      async handle({ body, language }) {
        const { nationalId } = await activations.identify(parseNationalId(body.national_id));
        const details = await activations.detailsOf(nationalId);
        if (!details) throw eCpsErrors.refuse("e-cps.no-details");
        const started = await store.transaction((tx) => verifications.start(tx, { purpose: "removal", nationalId, facts: {}, details, language }));
        const masked = maskDetails(details);
        return {
          verification: started.id,
          expires_at: started.expiresAt.toString(),
          channels: (["telephone", "email"] as const).map((kind) => ({ kind, masked: masked[kind] })),
          ...(mode === "sandbox" ? { outbox: "/outbox" } : {}),
        };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/e-cps/removals/:id/finish",
      about: "Deletes the e-CPS with both codes; sessions end when the telephone is lost.",
      who: "anyone",
      perMinute,
      params: z.object({ id: z.uuid() }),
      body: z.object({ telephone_code: code, email_code: code, reason: z.enum(["forgotten-pin", "lost"]) }),
      async handle({ params, body, language }) {
        const { reason, ...proof } = body;
        await verifications.prove(params.id, "removal", proof);
        await person.removeProven(params.id, reason, language);
      },
    }),
  ];
}
