import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { merkleRoot } from "../src/chain.ts";
import { coverRange, growTree, hashLeaf, joinNodes, planConsistency, planInclusion, type Range, verifyConsistency, verifyInclusion } from "../src/merkle.ts";

const texts = (size: number): string[] => Array.from({ length: size }, (_, i) => `leaf ${i}`);
const leaves = (size: number): Buffer[] => texts(size).map(hashLeaf);
/** The nodes of a tree that grew in the given steps. */
function grow(steps: readonly number[]): Map<string, Uint8Array> {
  const nodes = new Map<string, Uint8Array>();
  let size = 0;
  for (const step of steps) {
    const edge = coverRange([0, size]).map(({ level, place }) => nodes.get(`${level} ${place}`) ?? new Uint8Array());
    for (const { level, place, hash } of growTree(size, edge, leaves(size + step).slice(size))) nodes.set(`${level} ${place}`, hash);
    size += step;
  }
  return nodes;
}
const hashOf = (nodes: Map<string, Uint8Array>, range: Range): Buffer =>
  joinNodes(coverRange(range).map(({ level, place }) => nodes.get(`${level} ${place}`) ?? new Uint8Array()));

const steps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
const flip = (bytes: Uint8Array, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at % changed.length] = (changed[at % changed.length] ?? 0) ^ 1;
  return changed;
};

describe("the append-only log", () => {
  it("has the root of RFC 6962 however it grew", () => {
    fc.assert(
      fc.property(steps, (grown) => {
        const size = grown.reduce((sum, step) => sum + step, 0);
        assert.equal(hashOf(grow(grown), [0, size]).toString("hex"), merkleRoot(texts(size)));
      }),
    );
  });

  it("proves each leaf, and no other leaf, place, path or root", () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat(), (grown, at, bit) => {
        const size = grown.reduce((sum, step) => sum + step, 0);
        const index = at % size;
        const nodes = grow(grown);
        const root = hashOf(nodes, [0, size]);
        const path = planInclusion(index, size).map((range) => hashOf(nodes, range));
        const leaf = hashLeaf(`leaf ${index}`);
        assert.ok(verifyInclusion(leaf, index, size, path, root));
        assert.ok(!verifyInclusion(flip(leaf, bit), index, size, path, root));
        assert.ok(!verifyInclusion(leaf, index, size, path, flip(root, bit)));
        assert.ok(!verifyInclusion(leaf, index, size, [...path, leaf], root));
        if (size > 1) assert.ok(!verifyInclusion(leaf, (index + 1) % size, size, path, root));
        if (path.length > 0) {
          assert.ok(!verifyInclusion(leaf, index, size, path.slice(1), root));
          const bent = path.map((hash, i) => (i === bit % path.length ? flip(hash, bit) : hash));
          assert.ok(!verifyInclusion(leaf, index, size, bent, root));
        }
      }),
    );
  });

  it("proves that it only grew, and no rewritten history", () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat(), (grown, cut, bit) => {
        const size = grown.reduce((sum, step) => sum + step, 0);
        const before = 1 + (cut % size);
        const nodes = grow(grown);
        const now = { size, root: hashOf(nodes, [0, size]) };
        const then = { size: before, root: hashOf(nodes, [0, before]) };
        const path = planConsistency(before, size).map((range) => hashOf(nodes, range));
        assert.ok(verifyConsistency(then, now, path));
        assert.ok(!verifyConsistency({ ...then, root: flip(then.root, bit) }, now, path));
        assert.ok(!verifyConsistency(then, { ...now, root: flip(now.root, bit) }, path));
        assert.ok(!verifyConsistency(now, { ...then, size: before - 1 }, path));
        if (path.length > 0) assert.ok(!verifyConsistency(then, now, path.slice(0, -1)));
      }),
    );
  });

  it("needs no more than a logarithm of nodes", () => {
    assert.ok(planInclusion(123_456, 1_000_000).length <= 20);
    assert.ok(planConsistency(777_777, 1_000_000).flatMap(coverRange).length <= 200);
  });
});
