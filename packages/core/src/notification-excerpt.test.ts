import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { notificationOf } from "./notification.ts";
import { changed, pipelineEvent } from "./testing/example-events.ts";

/** Units of a long message that are quoted from each of its ends. */
const END = 20_000;

function excerptOf(message: unknown): string | undefined {
  const event = changed(pipelineEvent(), "sync.termination_message", message);
  return notificationOf({ id: "evt_1", type: "post_sync", receivedAt: 0, raw: "{}", event })
    .excerpt;
}

const words = (length: number): string => "word ".repeat(Math.ceil(length / 5)).slice(0, length);

describe("the excerpt of what a run said when it ended", () => {
  it.each([null, undefined, "", " \n\t ", "\u0000\u0007"])("is absent for %j", (message) => {
    expect(excerptOf(message)).toBeUndefined();
  });

  it("keeps lines and indentation, without controls and ends of white space", () => {
    const message = "\nTraceback:\r\n  File \u001B[31m'x.py'\u001B[0m\n\tboom\u202E\n\n";
    expect(excerptOf(message)).toBe("Traceback:\n  File [31m'x.py'[0m\n\tboom");
  });

  it("masks secrets on every line", () => {
    const message =
      "connect postgres://app:hunter22@db\nAuthorization: Basic dXNlcjpw\n-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\ndone";
    expect(excerptOf(message)).toBe(
      "connect postgres://app:***@db\nAuthorization: Basic ***\n***\ndone",
    );
  });

  it("is whole up to both its ends", () => {
    const message = `${"h".repeat(END)}${"t".repeat(END)}`;
    expect(excerptOf(message)).toBe(message);
  });

  it("is the two ends of a longer message", () => {
    const message = `${"h".repeat(END)}middle${"t".repeat(END)}`;
    expect(excerptOf(message)).toBe(`${"h".repeat(END)}\n…\n${"t".repeat(END)}`);
  });

  it("is the two ends of a megabyte", () => {
    const message = `${"h".repeat(END)}${"m".repeat(1_000_000)}${"t".repeat(END)}`;
    expect(excerptOf(message)).toBe(`${"h".repeat(END)}\n…\n${"t".repeat(END)}`);
  });

  it("splits no character at its cuts", () => {
    const excerpt = excerptOf(`x${"\u{1F600}".repeat(100_000)}`) ?? "";
    expect(excerpt.isWellFormed()).toBe(true);
    expect(excerpt.length).toBeGreaterThan(END * 2 - 10);
  });
});

const SECRETS = [
  ["a connection string", "postgres://app:hunter22hunter22hunter22@db.example.com/x"],
  ["a password", "password=hunter22hunter22hunter22hunter22"],
  ["a token in quotes", '"access_token": "hunter22 hunter22 hunter22"'],
  ["a header", "Authorization: Bearer hunter22hunter22hunter22"],
  ["a long header", `Authorization: Negotiate ${"hunter22".repeat(900)}`],
  ["a key of GitHub", "ghp_hunter22hunter22hunter22hunter22"],
  ["a JWT", `eyJhunter22.${"hunter22".repeat(500)}.hunter22hunter22`],
  [
    "a PEM key",
    `-----BEGIN PRIVATE KEY-----\n${"hunter22\n".repeat(400)}-----END PRIVATE KEY-----`,
  ],
] as const;

describe.each(SECRETS)("%s that a cut of the excerpt falls into", (_, secret) => {
  it.each([50_000, 1_000_000])("is not seen in part, in a message of %d units", (length) => {
    for (const within of [1, 5, 10, 16, 20, 30, 40, secret.length - 2]) {
      const headCut = `${words(END - within)} ${secret} ${words(length)}`;
      expect(excerptOf(headCut)).not.toContain("hunter");
      const tailCut = `${words(length)} ${secret} ${words(END - within)}`;
      expect(excerptOf(tailCut)).not.toContain("hunter");
    }
  });

  it("is not seen in part, however much shorter masking makes the text around it", () => {
    const masks = "password=".padEnd(8_000, "x");
    const around = `${masks} `.repeat(40);
    expect(excerptOf(`${around}${secret} ${around}`)).not.toContain("hunter");
  });
});

describe("a secret anywhere in a long message", () => {
  it("is never seen", () => {
    fc.assert(
      fc.property(
        fc.nat(70_000),
        fc.nat(70_000),
        fc.constantFrom(...SECRETS),
        (before, after, of) => {
          const message = `${words(before)} ${of[1]} ${words(after)}`;
          expect(excerptOf(message) ?? "").not.toContain("hunter");
        },
      ),
    );
  });
});
