import { type AnyChannel, type Outcome, redactSecrets, secretsIn } from "@syncbell/core";
import { describe, expect, test } from "vitest";
import { type Behaviour, answers, faults } from "../behaviour.ts";
import { EXAMPLE_NAMES } from "../example-notifications.ts";
import type { ChannelProof } from "../proof.ts";
import type { ReceivedRequest } from "../receiver.ts";
import type { LogLine } from "../test-host.ts";
import { type Trial, openTrial, useTrial } from "../trial.ts";
import { addressAt, textsOf } from "../working-config.ts";
import { problemsOf } from "./config.ts";

/** A text shorter than this is found everywhere, and no secret. */
const SHORTEST_SECRET = 6;

/** What is no longer than the start of a URL may stand in any refusal of one. */
const AN_URL = "https://".length;

/** That nothing which opens a door is shown to anybody but the service. */
export function describeSecrets(channel: AnyChannel, proof: ChannelProof): void {
  describe("a secret", () => {
    const trial = useTrial(channel, proof);
    let said: Promise<Said> | undefined;
    const everythingSaid = (): Promise<Said> => (said ??= everyEnding(trial(), proof));

    test("is marked as one, wherever a config holds it", async () => {
      const { config, receiver } = trial();
      const success = answers(proof.answers.success);
      const [request] = await trial().requestsOf(() => trial().send(success));
      const texts = [...textsOf(config.given), ...textsOf(config.parsed)];
      const open = texts.filter(([, text]) => !config.secrets.includes(text));
      const unmarked = open.filter(
        ([path, text]) =>
          isNamedLikeSecret(path) ||
          text.includes(addressAt(receiver.url)) ||
          (text.length >= SHORTEST_SECRET && credentialsOf(request).includes(text)),
      );
      expect([...new Set(unmarked.map(([path]) => path))]).toEqual([]);
    });

    test("is not quoted when its config is refused", () => {
      const { given } = trial().config;
      const spoilt = JSON.parse(
        JSON.stringify(given, (_, value: unknown) =>
          typeof value === "string" && trial().config.secrets.includes(value)
            ? `spoilt, but secret: ${value}`
            : value,
        ),
      ) as unknown;
      for (const config of [spoilt, ...proof.refused.map((each) => each.config)]) {
        const refusal = problemsOf(channel, config).map(({ message }) => message);
        const quotable = secretsIn(channel.config, config).filter((text) => text.length > AN_URL);
        expect(quotedIn(refusal, quotable)).toEqual([]);
      }
    });

    test("is not in a message", async () => {
      for (const name of EXAMPLE_NAMES) {
        expect(quotedIn(await trial().message(name), trial().config.secrets)).toEqual([]);
      }
    });

    test("is not in what an outcome says", async () => {
      const { outcomes } = await everythingSaid();
      // What the service itself said of a secret is masked where it is kept.
      const ours = outcomes.map(({ response, ...rest }) =>
        response?.includes(ECHO) ? rest : { response, ...rest },
      );
      expect(quotedIn(ours, trial().config.secrets)).toEqual([]);
    });

    test("is not in a line of the log", async () => {
      const { lines } = await everythingSaid();
      expect(quotedIn(lines, trial().config.secrets)).toEqual([]);
    });
  });
}

/** Core masks the values of fields that are named like secrets: so the name is one. */
function isNamedLikeSecret(path: string): boolean {
  const line = `${path.split(".").findLast((name) => !/^\d+$/.test(name)) ?? ""}: value`;
  return redactSecrets(line) !== line;
}

/** What a request shows to be let in, as it is and read from base64. */
function credentialsOf(request: ReceivedRequest | undefined): string {
  return Object.entries(request?.headers ?? {})
    .filter(([name]) => name === "cookie" || isNamedLikeSecret(name))
    .flatMap(([, value]) => [value ?? ""].flat().join(" ").split(" "))
    .flatMap((part) => [part, Buffer.from(part, "base64").toString("latin1")])
    .join("\n");
}

const ECHO = "you said";

/** A service that does not know the message, and shows whom it talks to. */
const echoes: Behaviour = (response, request) => {
  const heard = JSON.stringify({ ...request, body: request.body.toString() });
  answers({ status: 400, body: `${ECHO} ${heard}` })(response, request);
};

interface Said {
  readonly outcomes: readonly Outcome[];
  readonly lines: readonly LogLine[];
}

/** An attempt at every kind of ending; a throw is read as an outcome that quotes the error. */
async function everyEnding(trial: Trial, proof: ChannelProof): Promise<Said> {
  const statuses = [200, 301, 400, 401, 404, 410, 429, 503].map((status) => answers({ status }));
  const broken = [faults.resets(), faults.hangsUp(), faults.talksGarbage(), faults.breaksOff(500)];
  const outcomes: Outcome[] = [];
  for (const each of [answers(proof.answers.success), ...statuses, ...broken, echoes]) {
    outcomes.push(await trial.send(each).catch(asOutcome));
  }
  outcomes.push(await trial.send(faults.hangs(), { firesAfter: "request" }).catch(asOutcome));
  const closed = await openTrial(trial.channel, proof);
  await closed.receiver.close();
  outcomes.push(await closed.send(answers()).catch(asOutcome));
  await closed.close();
  return { outcomes, lines: [...trial.host.lines, ...closed.host.lines] };
}

function asOutcome(error: unknown): Outcome {
  return { kind: "retry", reason: String(error) };
}

/** The secrets that stand in a value, as they are or as a part of a URL. */
function quotedIn(value: unknown, secrets: readonly string[]): readonly string[] {
  const texts = textsOf(value).map(([, text]) => text);
  return secrets.flatMap(partsOf).filter((part) => texts.some((text) => text.includes(part)));
}

function partsOf(secret: string): readonly string[] {
  const url = URL.canParse(secret) ? new URL(secret) : undefined;
  const path = url?.host ? [url.pathname + url.search, url.pathname] : [];
  const parts = [secret, encodeURIComponent(secret), ...path];
  return parts.filter((part) => part.length >= SHORTEST_SECRET);
}
