// Named persons before a running program, each with an API key of one role; and the operator of the machine.
import assert from "node:assert/strict";
import type { TestProgram } from "@cercle/testkit";
import { askServer } from "../src/control-socket.ts";

export type Body = Record<string, unknown>;
export type Answer = { readonly status: number; readonly body: Body; readonly text: string };
export type People = {
  /** Account by short name. */
  readonly accounts: Readonly<Record<string, string>>;
  /** API key by short name. */
  readonly keys: Readonly<Record<string, string>>;
  /** Anybody's request; `nobody` has no key. */
  ask(who: string, method: string, path: string, body?: Body): Promise<Answer>;
  /** The same, and it must succeed. */
  good<T = Body>(who: string, method: string, path: string, body?: Body): Promise<T>;
  /** The operator of the machine. */
  operator<T = Body>(method: "GET" | "POST" | "PUT", path: string, body?: Body): Promise<T>;
};

/** `people` are short names and roles. */
export async function invitePeople(program: TestProgram, people: Readonly<Record<string, string>>): Promise<People> {
  const keys: Record<string, string> = {};
  const accounts: Record<string, string> = {};
  const operator: People["operator"] = async <T>(method: "GET" | "POST" | "PUT", path: string, body?: Body) => {
    const reply = await askServer(program.data, { method, path, ...(body ? { body } : {}) }, "en");
    assert.ok(reply && reply.status < 300, JSON.stringify(reply?.body));
    return reply.body as T;
  };
  for (const [name, role] of Object.entries(people)) {
    const { account } = await operator<{ account: string }>("POST", "/api/accounts", { name: `Person ${name}`, roles: [role] });
    accounts[name] = account;
    keys[name] = (await operator<{ key: string }>("POST", "/api/keys", { role, label: "test", days: 1, account })).key;
  }
  const ask: People["ask"] = async (who, method, path, body) => {
    const reply = await fetch(`${program.ready.portal}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(keys[who] ? { authorization: `Bearer ${keys[who]}` } : {}),
        "accept-language": "en",
        ...(body ? { "content-type": "application/json" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await reply.text();
    return { status: reply.status, text, body: /^[[{]/.test(text) ? JSON.parse(text) : {} };
  };
  return {
    accounts,
    keys,
    ask,
    operator,
    async good<T>(who: string, method: string, path: string, body?: Body) {
      const reply = await ask(who, method, path, body);
      assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text.slice(0, 600)}`);
      return reply.body as T;
    },
  };
}
