/** What a receiver got. */
export interface Received {
  readonly receiver: "slack" | "http";
  /** The name of the channel or the system that it was addressed to. */
  readonly name: string;
  readonly at: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether the signature fits; absent where none is expected. */
  readonly signed?: boolean;
}

/** The text of a Slack payload, or undefined where Slack would refuse it. */
export function slackText(body: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(body);
    if (typeof payload !== "object" || payload === null || !("text" in payload)) return undefined;
    return typeof payload.text === "string" ? payload.text : undefined;
  } catch {
    return undefined;
  }
}
