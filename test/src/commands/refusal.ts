import { Command } from "commander";

/** What a command says of arguments that it refuses, without a process of its own. */
export async function refusal(add: (program: Command) => void, ...args: string[]): Promise<Error> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  add(program);
  const ended = await program.parseAsync(args, { from: "user" }).catch((error) => error);
  if (ended instanceof Error) return ended;
  throw new Error(`${args.join(" ")}: not refused`);
}
