import { CopyUnfinished } from "./unfinished-copy.ts";

/** That a store can't be opened, and why, by its name without a password; as it is where it says the name. */
export function unopened(name: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // The source that this one names may be called alike.
  const isNamed = error.message.includes(name) && !(error instanceof CopyUnfinished);
  if (isNamed) return error;
  return new Error(`the database ${name} can't be opened: ${reasonOf(error)}`, { cause: error });
}

/** What the server, the network or the disk says, where that is behind the word for it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : message;
}
