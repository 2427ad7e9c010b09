// API of followers: news of versions by e-mail and webhook beside the feed (CPS 13.1), and results brought to professionals (CPS 10.2.7).
import { defineRoute, type Route } from "@cercle/web";
import { z } from "zod";
import { addFollowerChecked, licenseesOf, listFollowers, removeFollower, tellLicensees } from "./followers.ts";
import { compatibilityOf } from "./results.ts";
import { agency, type Room, sideOf, sides } from "./room.ts";

const one = z.object({ file: z.string().max(40) });
export const wanted = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("email"), address: z.email().max(200) }),
  z.object({ kind: z.literal("webhook"), address: z.url({ protocol: /^https?$/ }).max(500) }),
]);

export function followerRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const path = "/api/distribution/contracts/:file/followers";
  return [
    defineRoute({
      method: "POST",
      path,
      about: "Follows versions by e-mail or webhook; a webhook's secret is answered once.",
      who: sides,
      params: one,
      body: wanted,
      async handle({ params, body, actor }) {
        await sideOf(room, actor, params.file);
        return addFollowerChecked(room, params.file, body);
      },
    }),
    defineRoute({
      method: "GET",
      path,
      about: "Who follows for this contract, when each was told last, and why the last try failed.",
      who: sides,
      params: one,
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        return listFollowers(store, params.file, ports);
      },
    }),
    defineRoute({
      method: "DELETE",
      path: `${path}/:follower`,
      about: "Follows no more; what waited is not sent.",
      who: sides,
      params: one.extend({ follower: z.uuid() }),
      async handle({ params, actor }) {
        await sideOf(room, actor, params.file);
        return { removed: await removeFollower(store, params.file, params.follower) };
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions/:version/compatibility/notification",
      about: "Brings the compatibility of a version to the health professionals who hold a licence, by e-mail (CPS 10.2.7).",
      who: agency,
      params: z.object({ version: z.string().max(40) }),
      async handle({ params }) {
        const products = (await compatibilityOf(room, params.version)).flatMap((one) => one.products);
        const professionals = (await licenseesOf(store, await ports.files.listInForce(), ports)).filter(({ kind }) => kind === "professional");
        const news = { kind: "results", version: params.version, detail: products.join(", ") } as const;
        return store.transaction((tx) => tellLicensees(tx, store.jobs, professionals, news));
      },
    }),
  ];
}
