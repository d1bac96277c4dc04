/** What a receiver got. */
export interface Received {
  readonly receiver: "slack" | "teams" | "http";
  /** The name of the channel or the system that it was addressed to. */
  readonly name: string;
  readonly at: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the signature fits; absent where none is expected. */
  readonly signed?: boolean;
}
