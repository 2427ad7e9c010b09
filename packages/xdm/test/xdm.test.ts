import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { buildXdm, buildZip, metadataOf } from "@cercle/testkit";
import { summariseXdm } from "../src/index.ts";

describe("an IHE XDM archive", () => {
  it("is summarised from its metadata: documents and patient", async () => {
    const told = await summariseXdm(buildXdm());
    assert.deepEqual(told, {
      kind: "summary",
      documents: [
        {
          file: "DOC0001.XML",
          title: "Compte rendu d’hospitalisation",
          mimeType: "text/xml",
          type: { code: "34112-3", label: "CR hospitalier" },
          authors: ["CAMILLE FICTIVE"],
          created: "20261120093000+0100",
          there: true,
          bytes: 19,
        },
      ],
      patient: { id: "279035121518989", system: "1.2.250.1.213.1.4.10", familyName: "FICTIF", givenName: "DOMINIQUE", birthDate: "19790315", sex: "F" },
    });
    const missing = await summariseXdm(buildXdm(metadataOf({ file: "ABSENT.XML" })));
    assert.equal(missing.kind === "summary" && missing.documents[0]?.there, false);
  });

  it("says why it tells nothing: no archive, bombs that lie or not, encrypted, entities, no metadata", async () => {
    const metadata = (content: string | Uint8Array, claims?: number) =>
      buildZip([{ name: "IHE_XDM/SUBSET01/METADATA.XML", content, ...(claims === undefined ? {} : { claims }) }]);
    const bomb = Buffer.alloc(200_000_000, " ");
    for (const [bytes, reason] of [
      [Buffer.from("PK"), "not-an-archive"],
      [new Uint8Array(), "not-an-archive"],
      [metadata(bomb), "too-much"],
      [metadata(bomb, 100), "not-an-archive"],
      [buildZip(Array.from({ length: 501 }, (_, i) => ({ name: `f${i}`, content: "x" }))), "too-much"],
      [buildZip(Array.from({ length: 11 }, (_, i) => ({ name: `IHE_XDM/SUBSET${i}/METADATA.XML`, content: "<a/>" }))), "too-much"],
      [buildZip([{ name: "IHE_XDM/SUBSET01/METADATA.XML", content: "x", encrypted: true }]), "encrypted"],
      [buildXdm(metadataOf({ extra: '<!DOCTYPE a [<!ENTITY b "bbbbbbbb">]>' })), "bad-metadata"],
      [buildXdm("<a>"), "bad-metadata"],
      [buildZip([{ name: "a.txt", content: "x" }]), "no-metadata"],
      [buildZip([{ name: "../../IHE_XDM/SUBSET01/METADATA.XML", content: "x" }]), "not-an-archive"],
    ] as const)
      assert.deepEqual(await summariseXdm(bytes), { kind: "unreadable", reason }, reason);
  });
});
