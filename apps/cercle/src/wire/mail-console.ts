// The pages of a mail operator's administrators, over the API of this same process.
import { Temporal } from "@cercle/kernel";
import { consoleRoutes } from "@cercle/mail-console";
import { type AskRoutes, Reply } from "@cercle/web";
import type { House } from "../house.ts";
import type { MailDirectory } from "./mail-directory.ts";
import { namesOf } from "./mail-surface.ts";

export function startMailConsole(house: House, { asks, directory }: { asks: AskRoutes; directory: MailDirectory }): void {
  house.addRoutes(
    consoleRoutes({
      async ask<T>(
        { actor, language }: Parameters<Parameters<typeof consoleRoutes>[0]["ask"]>[0],
        method: "GET" | "POST" | "PUT" | "DELETE",
        path: string,
        body?: unknown,
        query: Readonly<Record<string, string>> = {},
      ) {
        const answer = await asks.ask({ method, path, query, actor, language, ...(body === undefined ? {} : { body }) });
        return (answer instanceof Reply ? answer.body : answer) as T;
      },
      frame: house.frame,
      nameOf: namesOf(house, directory),
      timeZone: house.space.time_zone,
      dayStart: (day, later = 0) =>
        day === "" ? "" : Temporal.PlainDate.from(day).add({ days: later }).toZonedDateTime(house.space.time_zone).toInstant().toString(),
    }),
  );
}
