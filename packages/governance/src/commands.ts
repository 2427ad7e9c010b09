// `cercle clock`, `cercle demo`.
import { type Command, defineErrors } from "@cercle/kernel";
import { demoOperator } from "./demonstration/demo-operator.ts";
import { demoProvider } from "./demonstration/demo-provider.ts";
import { hookCommands } from "./hooks/commands.ts";
import { transferCommands } from "./transfer/commands.ts";

const commandErrors = defineErrors({
  "governance.bad-clock-target": {
    status: 400,
    text: { fr: "Donnez une date (2027-03-01) ou une durée (+P6M).", en: "Give a date (2027-03-01) or a duration (+P6M)." },
  },
});
export const governanceCommandErrors = commandErrors;

const clockLine = (result: unknown): string => (result as { now: string }).now;

export const governanceCommands: readonly Command[] = [
  {
    words: ["clock", "show"],
    about: { fr: "montre l’horloge de gouvernance", en: "shows the governance clock" },
    run: (_input, { ask }) => ask({ method: "GET", path: "/api/clock" }),
    human: clockLine,
  },
  {
    words: ["clock", "set"],
    about: { fr: "avance l’horloge d’un bac à sable", en: "moves the clock of a sandbox forward" },
    positions: ["DATE|+P6M"],
    run(input, { ask }) {
      const target = input.words[0] ?? "";
      const body = /^\+P/.test(target)
        ? { by: target.slice(1) }
        : /^\d{4}-\d\d-\d\d$/.test(target)
          ? { at: `${target}T00:00:00Z` }
          : /^\d{4}-\d\d-\d\dT/.test(target)
            ? { at: target }
            : undefined;
      if (!body) throw commandErrors.refuse("governance.bad-clock-target");
      return ask({ method: "PUT", path: "/api/clock", body });
    },
    human: clockLine,
  },
  {
    words: ["clock", "reset"],
    about: { fr: "remet l’horloge à l’heure réelle", en: "puts the clock back to real time" },
    run: (_input, { ask }) => ask({ method: "DELETE", path: "/api/clock" }),
    human: clockLine,
  },
  ...hookCommands,
  ...transferCommands,
  demoOperator,
  demoProvider,
];
