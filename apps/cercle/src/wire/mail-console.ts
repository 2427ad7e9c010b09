// The pages of a mail operator's administrators, over the API of this same process.
import { consoleRoutes } from "@cercle/mail-console";
import { type AskRoutes, Reply } from "@cercle/web";
import type { House } from "../house.ts";
import type { MailDirectory } from "./mail-directory.ts";

export function startMailConsole(house: House, { asks, directory }: { asks: AskRoutes; directory: MailDirectory }): void {
  house.addRoutes(
    consoleRoutes({
      async ask<T>(
        { actor, language }: Parameters<Parameters<typeof consoleRoutes>[0]["ask"]>[0],
        method: "GET" | "POST" | "PUT" | "DELETE",
        path: string,
        body?: unknown,
      ) {
        const answer = await asks.ask({ method, path, actor, language, ...(body === undefined ? {} : { body }) });
        return (answer instanceof Reply ? answer.body : answer) as T;
      },
      frame: house.frame,
      nameOf: directory.nameOf,
      timeZone: house.space.time_zone,
    }),
  );
}
