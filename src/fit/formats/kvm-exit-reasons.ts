// Names of KVM exit reasons by number, spelled as the kernel's own events spell them (Intel SDM volume 3, appendix C; AMD APM
// volume 2, appendix C). Tools that know only numbers use it.

const VMX =
  `EXCEPTION_NMI EXTERNAL_INTERRUPT TRIPLE_FAULT INIT_SIGNAL SIPI_SIGNAL IO_SMI OTHER_SMI INTERRUPT_WINDOW NMI_WINDOW TASK_SWITCH
CPUID GETSEC HLT INVD INVLPG RDPMC RDTSC RSM VMCALL VMCLEAR VMLAUNCH VMPTRLD VMPTRST VMREAD VMRESUME VMWRITE VMOFF VMON CR_ACCESS
DR_ACCESS IO_INSTRUCTION MSR_READ MSR_WRITE INVALID_STATE MSR_LOAD_FAIL - MWAIT_INSTRUCTION MONITOR_TRAP_FLAG - MONITOR_INSTRUCTION
PAUSE_INSTRUCTION MCE_DURING_VMENTRY - TPR_BELOW_THRESHOLD APIC_ACCESS EOI_INDUCED GDTR_IDTR LDTR_TR EPT_VIOLATION EPT_MISCONFIG INVEPT
RDTSCP PREEMPTION_TIMER INVVPID WBINVD XSETBV APIC_WRITE RDRAND INVPCID VMFUNC ENCLS RDSEED PML_FULL XSAVES XRSTORS - - UMWAIT
TPAUSE - - - - - BUS_LOCK NOTIFY`.split(/\s+/);

const SVM = new Map([
  [0x60, "interrupt"],
  [0x61, "nmi"],
  [0x64, "vintr"],
  [0x6e, "rdtsc"],
  [0x6f, "rdpmc"],
  [0x72, "cpuid"],
  [0x75, "swint"],
  [0x77, "pause"],
  [0x78, "hlt"],
  [0x79, "invlpg"],
  [0x7b, "io"],
  [0x7c, "msr"],
  [0x7f, "shutdown"],
  [0x81, "vmmcall"],
  [0x8b, "mwait"],
  [0x8d, "xsetbv"],
  [0x400, "npf"],
  [0x401, "avic_incomplete_ipi"],
  [0x402, "avic_unaccelerated_access"],
]);

const ISA_SVM = 2;

/** `exit-N` for a number without a name here; `isa`: 1 Intel's, 2 AMD's, as kvm_exit has it. */
export function exitReasonName(number: number, isa: number): string {
  const name = isa === ISA_SVM ? SVM.get(number) : VMX[number & 0xffff];
  return name === undefined || name === "-" ? `exit-${number}` : name;
}
