import type { Environment } from "../config/secret-refs.ts";

/** Where a command says things: results, and everything else. */
export interface Terminal {
  print(text: string): void;
  error(text: string): void;
}

export interface Surroundings {
  readonly env: Environment;
  readonly out: Terminal;
  /**
   * Resolves when the operator asks the process to stop. A command that does not call this is ended
   * by the signal itself, as any program is.
   */
  readonly stopRequested: () => Promise<void>;
  /** Calls `look` each time that the operator asks the process to read its config again. */
  readonly onReload: (look: () => void) => void;
}

/** A command: takes the words after its name, answers the exit code. */
export type Command = (words: readonly string[], around: Surroundings) => Promise<number>;
