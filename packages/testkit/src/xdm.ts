// An IHE XDM archive of one document, as clinical software sends it; the patient and what else are of fiction.
import { buildZip, type ZipMember } from "./zip.ts";

export function metadataOf({ patient = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH", file = "DOC0001.XML", extra = "" } = {}): string {
  const slot = (name: string, ...values: string[]): string =>
    `<rim:Slot name="${name}"><rim:ValueList>${values.map((value) => `<rim:Value>${value.replace(/&/g, "&amp;")}</rim:Value>`).join("")}</rim:ValueList></rim:Slot>`;
  const words = (text: string): string => `<rim:Name><rim:LocalizedString value="${text}"/></rim:Name>`;
  return `<?xml version="1.0" encoding="UTF-8"?>${extra}<lcm:SubmitObjectsRequest xmlns:lcm="urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0" xmlns:rim="urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"><rim:RegistryObjectList>
<rim:ExtrinsicObject id="Document01" mimeType="text/xml" objectType="urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1">
${slot("creationTime", "20261120093000+0100")}${slot("URI", file)}${slot("sourcePatientId", patient)}${slot("sourcePatientInfo", `PID-3|${patient}`, "PID-5|FICTIF^DOMINIQUE", "PID-7|19790315", "PID-8|F")}${words("Compte rendu d’hospitalisation")}
<rim:Classification id="cl01" classificationScheme="urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d" classifiedObject="Document01" nodeRepresentation="">${slot("authorPerson", "899700000001^FICTIVE^CAMILLE^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS")}</rim:Classification>
<rim:Classification id="cl02" classificationScheme="urn:uuid:f0306f51-975f-434e-a61c-c59651d33983" classifiedObject="Document01" nodeRepresentation="34112-3">${words("CR hospitalier")}</rim:Classification>
</rim:ExtrinsicObject></rim:RegistryObjectList></lcm:SubmitObjectsRequest>`;
}

export function buildXdm(metadata = metadataOf(), more: readonly ZipMember[] = []): Buffer {
  return buildZip([
    { name: "INDEX.HTM", content: "<html></html>" },
    { name: "README.TXT", content: "test" },
    { name: "IHE_XDM/SUBSET01/METADATA.XML", content: metadata },
    { name: "IHE_XDM/SUBSET01/DOC0001.XML", content: "<ClinicalDocument/>" },
    ...more,
  ]);
}
