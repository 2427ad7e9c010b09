// What an IHE XDM archive holds (IHE ITI TF-2 §3.32), told from its metadata.
export { summariseXdm, type XdmDocument, type XdmPatient, type XdmSummary } from "./summary.ts";
