// The words of a memory-fault scenario (KF 7; docs/memory-fault.md): a VM, what its faults meet, what its VMM does, variants to compare.

import { z } from "zod";
import { commonFields, variantName } from "./experiment.js";
import { choice, expected, flag, integer, number, or, probability, stepDuration, weight } from "./fields.js";
import { FAULT_SITES, FILL_GUARDS } from "./memory-fault-model.js";

const VCPU_MAX = 256;
/** Faults of all vCPUs of a replica; also what a vCPU numbers them with. */
const FAULT_MAX = 1 << 20;
const EXIT_MAX = 1000;

const vmSchema = z
  .strictObject({
    vcpus: integer(1, VCPU_MAX).default(4),
    faults: integer(1, FAULT_MAX).default(256).describe("Faults of each vCPU in a replica"),
    gap: stepDuration().default({ exponential: "50us" }).describe("Guest time from one fault of a vCPU to its next"),
    signals: z
      .union([z.literal("forever"), stepDuration()], { error: expected("forever, or how far apart signals are") })
      .default({ exponential: "10ms" })
      .describe("From one signal to the next: each makes KVM_RUN return; forever for none"),
  })
  .refine(({ vcpus, faults }) => vcpus * faults <= FAULT_MAX, {
    error: expected(`vcpus times faults up to ${FAULT_MAX}`),
  });

const someWeight = (weights: object) => Object.values(weights).some((value) => value > 0);
const aboveZero = { error: expected("a weight above 0") };

const pagesSchema = z
  .strictObject({
    plain: weight().default(60).describe("KVM resolves them"),
    missing: weight().default(36).describe("Not there yet: post-copy"),
    mismatch: weight().default(2).describe("Private memory accessed as shared, or the reverse"),
    emulated: weight().default(2).describe("Device memory: an exit of its own"),
  })
  .refine(someWeight, aboveZero);

const pathsSchema = z
  .strictObject({
    "fast-gup": weight().default(90).describe("The guest's own access finds no host mapping"),
    handler: weight().default(7).describe("The page-fault handler fails elsewhere"),
    emulation: weight().default(2).describe("KVM's own access for the guest"),
    other: weight().default(1).describe("What no series has found: unannotated under every variant"),
  })
  .refine(someWeight, aboveZero);

const asyncSchema = z.strictObject({
  share: probability().default(0.05).describe("Plain faults whose page is brought in meanwhile"),
  latency: stepDuration().default({ exponential: "200us" }).describe("Until it is ready"),
  fails: probability().default(0.02).describe("The page-fault handler then fails, its result ignored"),
});

const constructionSchema = z.strictObject({
  struck: probability().default(0.001).describe("Another path fails while an exit is made"),
  elsewhere: probability().default(0).describe("Of these: on a thread that has not loaded the vCPU (KF 7.2 S4)"),
});

const vmmSchema = z.strictObject({
  reaction: choice(["kill", "bounded", "rerun"])
    .default("bounded")
    .describe(
      "To a memory fault that it is told of: kill the VM; resolve and rerun, up to `repeats` exits of a fault; or for ever",
    ),
  repeats: integer(1, EXIT_MAX).default(8),
  optIn: flag().default(true).describe("Enables the capability where the variant wants to be asked for"),
  reasonFlags: flag().default(false).describe("KVM tells fast-GUP from page-fault-handler faults"),
  knows: probability().default(0.9).describe("Without: its own records tell"),
  fails: probability().default(0.01).describe("The right resolution does not work this time"),
  unresolvable: probability().default(0.0001).describe("Nothing resolves a fault"),
  damage: probability().default(0.1).describe("Resolving another fault's page once more corrupts the VM"),
});

const mechanismFields = {
  sites: z.array(choice(FAULT_SITES), { error: expected(`a list of ${FAULT_SITES.join(", ")}`) }).describe("Annotated"),
  fillsDropped: flag().describe("A site fills even if its error stays inside KVM"),
  returns: choice(["efault", "zero"]).describe("What comes with the exit reason"),
  guards: z
    .array(choice(FILL_GUARDS), { error: expected(`a list of ${FILL_GUARDS.join(", ")}`) })
    .describe("Fill only with the vCPU loaded; only while the exit reason is unknown"),
  reset: flag().describe("KVM_RUN begins with the exit reason unknown"),
  optIn: flag().describe("Nothing is annotated unless the VMM opts in"),
  warns: flag().describe("An unannotated -EFAULT is a warning"),
};

const variantSchema = z.union(
  [
    variantName(),
    z.strictObject({
      name: variantName().optional(),
      extends: variantName().optional().describe("The variant whose mechanisms these change"),
      sites: mechanismFields.sites.optional(),
      fillsDropped: mechanismFields.fillsDropped.optional(),
      returns: mechanismFields.returns.optional(),
      guards: mechanismFields.guards.optional(),
      reset: mechanismFields.reset.optional(),
      optIn: mechanismFields.optIn.optional(),
      warns: mechanismFields.warns.optional(),
    }),
  ],
  { error: expected("the name of a variant, or {name, extends, ...}") },
);

const listOf = (item: z.ZodNumber, what: string, most: number) =>
  z
    .array(item, { error: expected(`a list of ${what}`) })
    .min(1, or(expected(`at least one of ${what}`)))
    .max(most, or(expected(`at most ${most} of ${what}`)));

const verdictSchema = z.strictObject({
  unannotated: listOf(number(0, 0.99, "a share"), "shares", 12)
    .default([0, 0.001, 0.01, 0.1])
    .describe("Of the paths: `paths.other`, the rest in proportion"),
  dropped: listOf(probability(), "probabilities", 12).default([0, 0.001, 0.01, 0.1]),
  costs: listOf(number(0, 1e9, "a ratio"), "ratios", 12)
    .default([0.1, 1, 10, 100])
    .describe("What a corrupted VM costs, in lost ones"),
  falsePositives: variantName().default("H2").describe("The variant of the side that accepts them (Sean's)"),
  falseNegatives: variantName().default("H3").describe("The variant of the side that accepts those (Anish's)"),
});

export const memoryFaultSchema = z
  .strictObject({
    ...commonFields("memory-fault", 256),
    vm: vmSchema.prefault({}),
    pages: pagesSchema.prefault({}).describe("What a fault finds, by weight"),
    paths: pathsSchema.prefault({}).describe("Where KVM meets a page that it cannot resolve, by weight"),
    dropped: probability().default(0.01).describe("Plain faults on whose way something fails, its error dropped"),
    async: asyncSchema.prefault({}).describe("Pages brought in while the guest does something else"),
    construction: constructionSchema.prefault({}).describe("Exits that an emulation makes"),
    swallowed: probability()
      .default(0.001)
      .describe("Where KVM_RUN is to return 0: a caller on the way takes it for success"),
    vmm: vmmSchema.prefault({}).describe("User space"),
    variants: z
      .array(variantSchema, { error: expected("a list of variants") })
      .min(1, { error: expected("at least one variant") })
      .max(100, { error: expected("at most 100 variants") })
      .optional()
      .describe("To compare; all of KF 7.1 if not given"),
    verdict: verdictSchema.optional().describe("Which variant does least harm, at which rates and costs"),
  })
  .meta({
    title: "klpsim memory-fault scenario",
    description: "Memory faults that need user space, and what KVM_RUN tells it of them",
  });

export type MemoryFaultScenario = z.infer<typeof memoryFaultSchema>;
