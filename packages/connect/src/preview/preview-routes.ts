// Preview over HTTP: as JSON for commands and scripts, as a page for people.
import { Refusal, say } from "@cercle/kernel";
import { defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { connectErrors } from "../errors.ts";
import { buildDiscovery } from "../provider/discovery.ts";
import { type ProfileName, profileNames } from "../provider/profiles.ts";
import { parseIdentifier } from "../sign-in/identifier.ts";
import type { ConnectSurface } from "../surface.ts";
import { buildPreview, type Preview } from "./preview.ts";
import { buildPreviewPage } from "./preview-page.ts";

type Asked = { readonly client: string; readonly person: string; readonly profile?: ProfileName | undefined };

export function previewRoutes({ store, clients, people, origins, mode, frame }: ConnectSurface): readonly Route[] {
  const preview = async (asked: Asked): Promise<Preview> => {
    const client = await clients.get(asked.client);
    const id = parseIdentifier(asked.person);
    const person = id ? await people.find(id) : undefined;
    if (!person) throw connectErrors.refuse("connect.no-person", { params: { id: asked.person } });
    const at = origins[client.environment];
    const discovery = buildDiscovery({ issuer: at.issuerUrl, wallet: at.wallet, mtls: at.mtls });
    return buildPreview({ client, person, mode, profile: asked.profile ?? client.profile, issuer: at.issuerUrl, discovery });
  };
  // In a live space a person's data go to a service by that person's sign-in alone; the agency answers for its own looking.
  const who = mode === "live" ? (["officer"] as const) : (["officer", "vendor"] as const);
  return [
    defineRoute({
      method: "GET",
      path: "/api/preview",
      about: "What a client would receive for a person: discovery, tokens, UserInfo, introspection, sources, differences between profiles.",
      who,
      query: z.object({ client: z.string().max(128), person: z.string().max(80), profile: z.enum(profileNames).optional() }),
      handle: ({ query }) => preview(query),
    }),
    defineRoute({
      method: "GET",
      path: "/preview",
      about: "The same, as a page.",
      who,
      page: true,
      query: z.object({
        client: z.string().max(128).optional(),
        person: z.string().max(80).optional(),
        profile: z.enum([...profileNames, ""]).optional(),
        lang: z.string().max(2).optional(),
      }),
      async handle({ query, language, actor }) {
        const mayList = actor.kind !== "account" || actor.roles.includes("officer");
        const known = mayList ? await clients.list(store) : undefined;
        const { client, person, profile } = query;
        const form = { clients: known?.map(({ id, name }) => ({ id, name: name[language] })), client, person, profile };
        if (!client || !person) return Reply.html(buildPreviewPage(frame(language, actor), language, form, undefined));
        try {
          const found = await preview({ client, person, profile: profile || undefined });
          return Reply.html(buildPreviewPage(frame(language, actor), language, form, found));
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          const problem = say(error.text, language, error.params);
          return Reply.html(buildPreviewPage(frame(language, actor), language, { ...form, problem }, undefined), { status: error.status });
        }
      },
    }),
  ];
}
