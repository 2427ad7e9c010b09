// CapabilityStatement (FHIR R4 §5.2), made of the table that drives the searches.
import { profiles } from "../france/fhir.ts";
import { includes, parameters, type ResourceName, revincludes } from "./parameters.ts";

export const resourceNames = Object.keys(parameters) as ResourceName[];

export function buildCapability(base: string, date: string): object {
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date,
    kind: "instance",
    fhirVersion: "4.0.1",
    format: ["application/fhir+json", "json"],
    patchFormat: ["application/fhir+json"],
    software: { name: "Cercle" },
    implementation: { description: "Annuaire", url: base },
    rest: [
      {
        mode: "server",
        resource: resourceNames.map((type) => ({
          type,
          supportedProfile: profiles[type],
          interaction: [{ code: "read" }, { code: "search-type" }, { code: "patch" }],
          versioning: "versioned",
          conditionalPatch: true,
          searchInclude: includes[type].length > 0 ? ["*", ...includes[type]] : [],
          searchRevInclude: revincludes[type],
          searchParam: parameters[type].map(({ name, type: kind, about }) => ({ name, type: kind, documentation: about })),
        })),
      },
    ],
  };
}
