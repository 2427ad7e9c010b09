// A space of the test's own with its cards, beside the PC/SC stack. Run as programs: this package imports none of theirs.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type HeldCard, type PcscStack, startPcsc, startProgram, type TestProgram } from "@cercle/testkit";

const holder = resolve(import.meta.dirname, "insert-by-socket.ts");

export type Made = { readonly card: string; readonly id: string; readonly type: string; readonly pin: string; readonly puk: string };
export type CardBench = {
  readonly stack: PcscStack;
  readonly program: TestProgram;
  /** Trust anchors, PEM. */
  readonly anchors: string;
  create(...options: readonly string[]): Promise<Made>;
  revoke(card: string): Promise<void>;
  insert(card: string, slot?: 0 | 1): Promise<HeldCard>;
  /** A list of revoked certificates, fetched inside the namespace. */
  fetchList(address: string): Promise<Uint8Array>;
  /** An OCSP question, asked inside the namespace. */
  askOcsp(address: string, request: Uint8Array): Promise<Uint8Array>;
  stop(): Promise<void>;
};

export async function openBench(): Promise<CardBench> {
  const stack = await startPcsc();
  Object.assign(process.env, stack.environment);
  const program = await startProgram({ inside: stack.inside, fresh: true }).catch(async (error: unknown) => {
    await stack.stop();
    throw error;
  });
  const ask = async (words: readonly string[]): Promise<string> => {
    const { code, out, err } = await program.run([...words, "--json"]);
    if (code !== 0) throw new Error(err);
    return out;
  };
  return {
    stack,
    program,
    anchors: readFileSync(join(program.data, "ca.pem"), "utf8"),
    create: async (...options) =>
      JSON.parse(await ask(["card", "create", "--pin", "1234", ...(options.length > 0 ? options : ["--id", "899700000013", "--type", "CPS"])])) as Made,
    revoke: async (card) => void (await ask(["card", "revoke", card])),
    insert: (card, slot = 0) =>
      stack.holdCard({
        command: process.execPath,
        args: [holder, join(program.data, "control.sock"), card, String(slot)],
        slot,
      }),
    async fetchList(address) {
      const [command, args] = stack.inside("curl", ["-sf", address]);
      const { stdout, status } = spawnSync(command, args);
      if (status !== 0) throw new Error(`no list at ${address}`);
      return stdout;
    },
    async askOcsp(address, request) {
      const [command, args] = stack.inside("curl", ["-sf", "-H", "content-type: application/ocsp-request", "--data-binary", "@-", address]);
      const { stdout, status } = spawnSync(command, args, { input: request });
      if (status !== 0) throw new Error(`no answer at ${address}`);
      return stdout;
    },
    async stop() {
      await program.stop();
      await stack.stop();
    },
  };
}
