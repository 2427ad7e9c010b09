// The wiring of the PKI: its listener, its API, and the door that ends a certificate with the right to hold it.
import { actorKey } from "@cercle/governance";
import { realClock } from "@cercle/kernel";
import { createOcspPost, type HoldRights, pkiRoutes, publicationRoutes } from "@cercle/pki";
import type { House } from "../house.ts";
import { programTexts } from "../texts.ts";

const holdRight = "certificate.hold";
const presignSeconds = 300;
const presignMost = 500;

export async function startPki(house: House): Promise<void> {
  const { authority, governance, store, mode } = house;
  house.addRoutes(pkiRoutes({ store, authority, rights: holdRights(house), real: realClock, mode, actorKey }));
  house.addListener({ name: "pki", setting: "pki.port", routes: publicationRoutes({ authority }), first: createOcspPost({ authority }) });
  house.addRow({ key: "pki", label: programTexts["program.table.pki"], value: await house.origin("pki.port") });
  await authority.inside.responder.follow();
  await store.jobs.every("pki.presign", presignSeconds, async () => {
    await authority.inside.responder.presign(presignMost);
  });
  // MSS 12.3: whatever closes the right, the certificate ends with it.
  await governance.doors.register({
    name: "pki.certificate",
    rights: [holdRight],
    async apply(rights) {
      for (const { subject, state } of rights) {
        if (state !== "closed" || (await authority.isRevoked(subject))) continue;
        await store.transaction((tx) => authority.revoke(tx, subject, "cessationOfOperation")).catch(ignoreUnknown);
      }
    },
  });
}

/** In a sandbox a grant between demo parties gives the right; in `live` the officer's file does, beside the certificate. */
function holdRights({ governance, mode }: House): HoldRights {
  return {
    async open(tx, { serial, profile, actor }) {
      if (mode !== "sandbox") return undefined;
      return governance.grants.grant(tx, { right: holdRight, subject: serial, limits: { profile }, holder: actor, actor });
    },
    async close(tx, { serial, actor }) {
      const right = await governance.files.right(tx, holdRight, serial);
      if (right?.state === "open" && mode === "sandbox") await governance.grants.withdraw(tx, { right: holdRight, subject: serial, actor });
    },
  };
}

/** A right on a certificate that was never issued here ends nothing. */
function ignoreUnknown(error: unknown): void {
  if ((error as { code?: string }).code !== "pki.unknown-certificate") throw error;
}
