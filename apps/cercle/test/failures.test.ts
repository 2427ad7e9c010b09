// What goes wrong at a start, each in one clear line and exit code 1, with nothing left behind.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Run, runCommand, startProgram, type TestFolder, temporaryFolder } from "@cercle/testkit";
import { toFailure } from "../src/failure.ts";

function oneLine({ code, err }: Run, pattern: RegExp): void {
  assert.equal(code, 1, err);
  assert.equal(err.trim().split("\n").length, 1, err);
  assert.match(err, pattern);
}

describe("a start that cannot be", () => {
  let folder: TestFolder;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it("names the port that is taken and its setting, in French too", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => taken.once("listening", done));
    const { port } = taken.address() as { port: number };
    const data = join(folder.path, "taken");
    // Every other port of the program is its default, so this one must be tried first: the portal opens first.
    const environment = { CERCLE_PORTAL_PORT: String(port) };
    oneLine(await runCommand(data, ["up"], environment), new RegExp(`Port ${port} \\(portal\\) is already taken.*portal\\.port`));
    oneLine(await runCommand(data, ["up"], { ...environment, LANG: "fr_FR.UTF-8" }), new RegExp(`port ${port} .*est déjà pris`));
    assert.ok(!(await readdir(data)).includes("lock"));
    taken.close();
  });

  it("says that the disk is full", async () => {
    if (!canMount()) {
      // Without a small file system to fill, the error that one gives is all there is to show.
      const full = Object.assign(new Error("write"), { code: "ENOSPC" });
      assert.equal(toFailure(new Error("copy failed", { cause: full }), folder.path).code, "program.disk-full");
      return;
    }
    const small = join(folder.path, "small");
    await mkdir(small);
    assert.equal(spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", small]).status, 0);
    try {
      oneLine(await runCommand(join(small, "data"), ["up", "--ports", "auto"]), /disk that holds .* is full/);
    } finally {
      spawnSync("umount", ["-l", small]);
    }
  });

  it("says which data does not open, and a reset repairs it", async () => {
    const data = join(folder.path, "damaged");
    await (await startProgram({ data })).stop();
    await truncate(join(data, "database", "global", "pg_control"), 0);
    oneLine(await runCommand(data, ["up", "--ports", "auto"]), /damaged\/database does not open/);
    assert.equal((await runCommand(data, ["reset"])).code, 0);
    assert.equal(await (await startProgram({ data })).stop(), 0);
  });

  it("says which key cannot be read", async () => {
    const data = join(folder.path, "keys");
    await mkdir(join(data, "keys"), { recursive: true });
    await writeFile(join(data, "keys", "master.key"), "not thirty-two bytes");
    oneLine(await runCommand(data, ["up", "--ports", "auto"]), /key cannot be read/);
  });

  it("says which place cannot be written, and which configuration cannot be read", async () => {
    const file = join(folder.path, "a-file");
    await writeFile(file, "");
    oneLine(await runCommand(file, ["up", "--ports", "auto"]), /a-file cannot be written/);
    await writeFile(file, "{ not json");
    const bad = await runCommand(join(folder.path, "none"), ["up", "--config", file]);
    assert.equal(bad.code, 1);
    assert.match(bad.err, /a-file: /);
  });
});

/** Mounting needs root and a kernel that lets it: containers often do not. */
function canMount(): boolean {
  return process.getuid?.() === 0 && spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
}
