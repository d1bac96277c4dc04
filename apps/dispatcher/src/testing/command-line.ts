import type { Environment } from "../config/secret-refs.ts";
import { runCommand } from "../cli/run-command.ts";
import type { Ended } from "./syncbell-child.ts";

/** Runs a command line in this process, as the operator of an unattended terminal. */
export async function commandLine(words: readonly string[], env: Environment = {}): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const out = {
    print: (text: string) => void (stdout += text),
    error: (text: string) => void (stderr += text),
  };
  const stopRequested = (): Promise<void> => Promise.resolve();
  const onReload = (): void => undefined;
  const code = await runCommand(words, { env, out, stopRequested, onReload });
  return { code, stdout, stderr };
}
