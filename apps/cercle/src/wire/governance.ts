// How this space counts days: the policy it names, else that of its first calendar, else the default one in the space's own zone.
import { type CountingPolicy, defaultPolicy, findPolicy, isTerritory, listPolicies, policyOf } from "@cercle/law";
import type { Configuration } from "../configuration.ts";
import { programErrors } from "../errors.ts";
import type { Space } from "../space.ts";

export function findCounting(configuration: Configuration, space: Pick<Space, "calendars" | "time_zone">): CountingPolicy {
  const named = configuration.get<string | undefined>("governance.counting_policy");
  const territory = space.calendars[0]?.id ?? "";
  const counted = isTerritory(territory) ? policyOf(territory) : { ...defaultPolicy, timeZone: space.time_zone };
  if (named === undefined) return counted;
  const found = findPolicy(named, undefined);
  if (found) return found;
  throw programErrors.refuse("program.no-counting-policy", {
    params: {
      policy: named,
      known: listPolicies()
        .map((policy) => policy.id)
        .join(", "),
    },
  });
}
