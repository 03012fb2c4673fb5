import { Command } from "commander";
import { vi } from "vitest";

interface Printed {
  out: string;
  err: string;
  status: number;
}

/** What a command prints, and its exit status, without a process of its own; rejects with what it refuses. */
export async function printed(add: (program: Command) => void, ...args: string[]): Promise<Printed> {
  const [out, err] = [intercept(process.stdout), intercept(process.stderr)];
  const program = new Command().exitOverride();
  add(program);
  try {
    await program.parseAsync(args, { from: "user" });
    return { out: out.end(), err: err.end(), status: Number(process.exitCode ?? 0) };
  } finally {
    out.end();
    err.end();
    process.exitCode = undefined;
  }
}

/** Until `end` what is written to a stream goes there instead. */
function intercept(stream: NodeJS.WriteStream): { end(): string } {
  let text = "";
  const spy = vi.spyOn(stream, "write").mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  return {
    end() {
      spy.mockRestore();
      return text;
    },
  };
}
