// The report: per check with its transcript, and per requirement.
import { operatorChecks, type Result } from "./suite.ts";

export type OperatorReport = {
  readonly format: "cercle-conformity-operator-1";
  readonly operator: string;
  readonly at: string;
  readonly passed: number;
  readonly failed: number;
  readonly not_run: number;
  readonly requirements: readonly { readonly requirement: string; readonly outcome: Result["outcome"] }[];
  readonly results: readonly Result[];
};

export function buildReport(operator: string, results: readonly Result[], at: Date): OperatorReport {
  const count = (outcome: Result["outcome"]): number => results.filter((result) => result.outcome === outcome).length;
  const names = [...new Set(results.map(({ requirement }) => requirement))].toSorted();
  const verdict = (requirement: string): Result["outcome"] => {
    const own = results.filter((result) => result.requirement === requirement && result.severity === "must");
    if (own.some(({ outcome }) => outcome === "failed")) return "failed";
    // A requirement one of whose checks could not run is not known to hold.
    return own.some(({ outcome }) => outcome === "not-run") ? "not-run" : "passed";
  };
  return {
    format: "cercle-conformity-operator-1",
    operator,
    at: at.toISOString(),
    passed: count("passed"),
    failed: count("failed"),
    not_run: count("not-run"),
    requirements: names.map((requirement) => ({ requirement, outcome: verdict(requirement) })),
    results,
  };
}

/** Whether a requirement failed: what the exit code says. */
export const hasFailed = ({ results }: OperatorReport): boolean => results.some(({ severity, outcome }) => severity === "must" && outcome === "failed");

const marks = { passed: "✔", failed: "✖", "not-run": "○" } as const;
const words = {
  fr: { must: "exigé", should: "recommandé", lacks: "non passé, il manque", total: "réussies, échouées, non passées" },
  en: { must: "required", should: "recommended", lacks: "not run, lacking", total: "passed, failed, not run" },
} as const;

/** For people: a line a check, the transcript under each failure. */
export function writeReport(report: OperatorReport, language: "fr" | "en"): string {
  const word = words[language];
  const lines = report.results.flatMap(({ check, requirement, article, severity, outcome, why, ms, transcript }) => {
    const about = operatorChecks.find(({ id }) => id === check)?.about[language] ?? check;
    const head = `${marks[outcome]} [${requirement}] ${check}: ${about} (${article}, ${word[severity]}, ${ms} ms)`;
    if (outcome === "passed") return [head];
    if (outcome === "not-run") return [head, `    ${word.lacks}: ${why}`];
    return [head, `    ${why}`, ...transcript.map((line) => `      ${line}`)];
  });
  return [...lines, `${report.operator}: ${report.passed}, ${report.failed}, ${report.not_run} ${word.total}`].join("\n");
}
