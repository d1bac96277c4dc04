import type { AnyChannel } from "@syncbell/core";

/** A channel with one thing wrong with it, and the tests of the suite that must find it. */
export interface BrokenChannel {
  /** What is wrong, after "a channel that". */
  readonly that: string;
  readonly channel: AnyChannel;
  /** Each as the name of its group and its own, with ` > ` between them. */
  readonly fails: readonly string[];
  /** The text that its golden files hold; absent: what it renders. */
  readonly golden?: string;
}
