#!/usr/bin/env node
// `cps-doctor [--json]`: exit code 0 when everything works, 1 with what to do.
import { examine } from "./doctor.ts";

const findings = await examine();
const language = /^fr/i.test(process.env.LC_ALL || process.env.LANG || "fr") ? "fr" : "en";
const write = (text: string): void => void process.stdout.write(`${text}\n`);
if (process.argv.includes("--json")) write(JSON.stringify(findings));
else for (const finding of findings) write(`${finding.ok ? "✔" : "✖"} ${finding.step.padEnd(13)} ${finding.text[language]}`);
process.exitCode = findings.every((finding) => finding.ok) ? 0 : 1;
