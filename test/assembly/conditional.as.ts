// What test/assembly/conditional.test.ts asks: laws, and laws given an age.
export * from "../../assembly/conditional";
export { equilibriumResidual, setDuration, setPart } from "../../assembly/distribution";
export * from "../../assembly/residual";
