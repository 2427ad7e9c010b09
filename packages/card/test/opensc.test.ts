// The card under Debian's own programs: pcscd, OpenSC, openssl.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { type HeldCard, missingPcsc, type PcscStack, startPcsc, temporaryFolder } from "@cercle/testkit";

const module = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so";
const aid = "e828bd080f8025000001ff0010";
const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");

describe("a card in the PC/SC stack", { skip: missingPcsc() ?? false }, () => {
  let stack: PcscStack;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const path = (name: string): string => join(folder.path, name);
  /** One card, taken out whatever the case's end: the next case begins with an empty reader. */
  const withCard = async (work: () => void): Promise<void> => {
    const card = await insert();
    try {
      work();
    } finally {
      await card.remove();
    }
  };
  const insert = (slot = 0, number = "2600000042"): Promise<HeldCard> => {
    const script = resolve(import.meta.dirname, "insert-sample.ts");
    const [command, args] = stack.inside(process.execPath, [script, folder.path, String(slot), number]);
    return stack.holdCard({ command, args, slot });
  };
  const run = (command: string, ...args: readonly string[]): { ok: boolean; out: string } => {
    const result = spawnSync(command, args, { encoding: "utf8", timeout: 50_000, env: { ...process.env, ...stack.environment } });
    return { ok: result.status === 0, out: `${result.stdout}${result.stderr}` };
  };
  const atr = (slot: number): string | undefined => {
    const { ok, out } = run("opensc-tool", "-r", String(slot), "-a");
    return ok ? /^[0-9a-f:]{40,}$/m.exec(out)?.[0] : undefined;
  };
  const token = (...args: readonly string[]): { ok: boolean; out: string } => run("pkcs11-tool", "--module", module, ...args);

  before(async () => {
    folder = await temporaryFolder();
    stack = await startPcsc();
  });
  after(async () => {
    await stack?.stop();
    await folder?.remove();
  });

  it("[CPS-02] is named by opensc-tool, listed by pkcs15-tool and pkcs11-tool without a code", () =>
    withCard(() => {
      assert.equal(atr(0), "3b:ac:00:40:2a:00:12:25:00:64:80:00:03:10:00:90:00");
      assert.match(run("opensc-tool", "-n").out, /IAS-ECC/);
      const structure = run("pkcs15-tool", "-D");
      assert.ok(structure.ok);
      for (const word of ["CPS3v3-2600000042", "ASIP SANTE", "CPS_PRIV_SIG", "CPS_PRIV_AUT", "CPS_ACTIVITY_03_PS"])
        assert.ok(structure.out.includes(word), word);
      const objects = token("-O").out;
      for (const word of ["Certificat de Signature CPS", "Certificat d'Authentification CPS", "CPS_ID_CARD", "CPS_NAME_PS"])
        assert.ok(objects.includes(word), word);
      assert.ok(!objects.includes("CPS_ACTIVITY_01_PS"), "protected data must not be listed before the code");
    }));

  it("[CPS-03] signs with both keys, verified by openssl, and deciphers with the authentication key", () =>
    withCard(() => {
      writeFileSync(path("message"), randomBytes(1000));
      writeFileSync(
        path("digest-info"),
        Buffer.concat([
          digestInfo,
          createHash("sha256")
            .update(readFileSync(path("message")))
            .digest(),
        ]),
      );
      for (const [name, id] of [
        ["signature", "01"],
        ["authentication", "02"],
      ]) {
        const signed = token("--login", "--pin", "1234", "--id", `${aid}${id}`, "--sign", "-m", "RSA-PKCS", "-i", path("digest-info"), "-o", path("signed"));
        assert.ok(signed.ok, signed.out);
        run("sh", "-c", `openssl x509 -inform DER -in ${path(`${name}-0.der`)} -pubkey -noout > ${path("public")}`);
        assert.match(run("openssl", "dgst", "-sha256", "-verify", path("public"), "-signature", path("signed"), path("message")).out, /Verified OK/);
      }
      writeFileSync(path("secret"), "lettre confidentielle");
      assert.ok(run("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", path("public"), "-in", path("secret"), "-out", path("cipher")).ok);
      const opened = token("--login", "--pin", "1234", "--id", `${aid}02`, "--decrypt", "-m", "RSA-PKCS", "-i", path("cipher"), "-o", path("clear"));
      assert.ok(opened.ok, opened.out);
      assert.equal(readFileSync(path("clear"), "utf8"), "lettre confidentielle");
      assert.equal(token("--login", "--pin", "1234", "--id", `${aid}01`, "--decrypt", "-m", "RSA-PKCS", "-i", path("cipher"), "-o", path("none")).ok, false);
    }));

  it("[CPS-02] gives protected data after the code only", () =>
    withCard(() => {
      const read = ["--read-object", "--type", "data", "--label", "CPS_ACTIVITY_01_PS", "-o", path("activity")];
      assert.equal(token(...read).ok, false);
      const opened = token("--login", "--pin", "1234", ...read);
      assert.ok(opened.ok, opened.out);
      const activity = readFileSync(path("activity"));
      assert.equal(activity.subarray(-4).toString(), "SA07");
      assert.ok(activity.includes("CABINET DU CENTRE"));
    }));

  it("[CPS-02] blocks after three wrong codes, is unblocked by the unblocking code, and changes its code", () =>
    withCard(() => {
      for (const expected of [/CKR_PIN_INCORRECT/, /CKR_PIN_INCORRECT/, /CKR_PIN_(LOCKED|INCORRECT)/]) {
        assert.match(token("--login", "--pin", "0000", "-O").out, expected);
      }
      assert.match(token("--login", "--pin", "1234", "-O").out, /CKR_PIN_LOCKED/);
      const unblocked = run("pkcs15-tool", "--unblock-pin", "--auth-id", "01", "--puk", "12345678", "--new-pin", "2580");
      assert.ok(unblocked.ok, unblocked.out);
      assert.ok(token("--login", "--pin", "2580", "-O").out.includes("CPS_ACTIVITY_01_PS"));
      const changed = run("pkcs15-tool", "--change-pin", "--auth-id", "01", "--pin", "2580", "--new-pin", "4321");
      assert.ok(changed.ok, changed.out);
      assert.match(token("--login", "--pin", "2580", "-O").out, /CKR_PIN_INCORRECT/);
      assert.ok(token("--login", "--pin", "4321", "-O").out.includes("CPS_ACTIVITY_01_PS"));
    }));

  it("[CPS-02] is seen by another program when it goes in and out, in two readers at once", async () => {
    const first = await insert(0);
    const second = await insert(1, "2600000043");
    const list = run("opensc-tool", "-l").out;
    assert.equal(list.match(/^\d+\s+Yes/gm)?.length, 2, list);
    assert.match(run("pkcs15-tool", "--reader", "1", "-D").out, /CPS3v3-2600000043/);
    await first.remove();
    assert.equal(atr(0), undefined);
    assert.notEqual(atr(1), undefined);
    await second.remove();
  });
});
