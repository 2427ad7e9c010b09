// The API-CPS contract and the label convention in real files over the API: one program, two tables of cases.
import { after, before, describe, it } from "node:test";
import { startProgram, type TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";
import { apiCpsCases } from "./api-cps-cases.ts";
import { playCase } from "./file-cases.ts";
import { labelCases } from "./label-cases.ts";

describe("vendors' and holders' files", () => {
  let program: TestProgram;
  before(async () => {
    program = await startProgram();
    const moved = await askServer(program.data, { method: "PUT", path: "/api/clock", body: { at: "2031-01-01T12:00:00Z" } }, "en");
    if (moved?.status !== 200) throw new Error(JSON.stringify(moved));
  });
  after(() => program?.stop());
  for (const { title, lines } of apiCpsCases) it(title, () => playCase(program.data, "api-cps-contract", lines));
  for (const { title, lines } of labelCases) it(title, () => playCase(program.data, "label-convention", lines));
});
