import {
  type AnyChannel,
  MASKED_SECRET,
  kindOf,
  madeSecrets,
  plainMessage,
  secretsIn,
} from "@syncbell/core";
import {
  type Destination,
  type Engine,
  type MakeId,
  type Standing,
  type StoredDestination,
  seal,
  unseal,
} from "@syncbell/engine";
import { destinationInput } from "./config/config-schema.ts";
import {
  type ConfiguredDestination,
  fallbackProblem,
  readDestination,
} from "./config/destination-entry.ts";
import { type Report, reportIssues } from "./config/report.ts";
import { type JsonObject, isObject } from "./json-object.ts";
import { type InputProblem, takingDown } from "./input-problem.ts";
import { newSigningSecret } from "./made-secrets.ts";
import { mergePatch } from "./merge-patch.ts";

export type Written =
  | {
      readonly ok: true;
      readonly standing: Standing;
      /** Secrets that were made just now, by field: to be shown this once. */
      readonly made: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/** A destination that was only asked about, or what is wrong with it. */
export type Draft =
  | { readonly ok: true; readonly destination: Destination }
  | { readonly ok: false; readonly errors: readonly InputProblem[] };

/** The id of a destination that does not exist, in answers. */
const DRAFT_ID = "draft";

export interface ApiDestinationsOptions {
  /** The channels that there are at the moment. */
  readonly channels: () => Channels;
  readonly secretKey: Uint8Array;
  readonly makeId: MakeId;
}

type Channels = ReadonlyMap<string, AnyChannel>;

/** A destination that the store holds and that can't be made at the moment: it keeps what it is owed. */
export interface UnopenedDestination {
  readonly stored: StoredDestination;
  /** What it was made from, as far as that can be read. */
  readonly definition: JsonObject;
  /** What stands in the way: a sentence for a person. */
  readonly problem: string;
}

/** The destinations that the API makes: read as those of the file are, and kept sealed in the store. */
export class ApiDestinations {
  readonly #options: ApiDestinationsOptions;
  readonly #unopened = new Map<string, UnopenedDestination>();

  constructor(options: ApiDestinationsOptions) {
    this.#options = options;
  }

  /**
   * Makes a destination out of what the store holds of it, by the channels that there are, or will be;
   * undefined where that can't be done, and then {@link ApiDestinations.unopened} knows why.
   */
  revive(
    stored: StoredDestination,
    channels: Channels = this.#options.channels(),
  ): Destination | undefined {
    const { id, definition: sealed = "" } = stored;
    const { errors, report } = takingDown();
    let definition: JsonObject = {};
    try {
      const text = unseal(this.#options.secretKey, contextOf(id), sealed);
      definition = JSON.parse(text) as JsonObject;
      const destination = readInput(id, definition, channels, report);
      // With a rule that can't be read it would hear of more than it should.
      if (destination && errors.length === 0) {
        this.#unopened.delete(id);
        return destination;
      }
    } catch (error) {
      report([], error instanceof Error ? error.message : "it can't be read");
    }
    const problem = errors.map(({ message }) => message).join("; ");
    this.#unopened.set(id, { stored, definition, problem });
    return undefined;
  }

  /** The destinations that could not be made when it was last tried. */
  unopened(): readonly UnopenedDestination[] {
    return [...this.#unopened.values()];
  }

  /** Reads a destination that need not exist, as one to ask about; it is kept nowhere. */
  draft(input: unknown): Draft {
    const { errors, report } = takingDown();
    const destination = readInput(DRAFT_ID, input, this.#options.channels(), report);
    return destination && errors.length === 0 ? { ok: true, destination } : { ok: false, errors };
  }

  /** Makes a destination; `input` is an entry of the file without its id. */
  create(engine: Engine, input: unknown): Promise<Written> {
    return this.#write(engine, this.#options.makeId("dst"), input);
  }

  /**
   * Changes a destination: what is given takes the place of what was, and null removes it. Only `config`
   * is changed field by field (see {@link mergePatch}), unless it is for another channel.
   */
  change(engine: Engine, { id, destination }: Standing, patch: unknown): Promise<Written> {
    if (!isObject(patch)) return this.#write(engine, id, patch);
    const { written, channel, config } = destination;
    const changed = new Map(Object.entries({ ...written, channel: channel.type, config }));
    const isOther = patch["channel"] !== undefined && patch["channel"] !== channel.type;
    if (isOther) changed.set("config", {});
    for (const [name, value] of Object.entries(patch)) {
      if (name === "config") changed.set(name, mergePatch(changed.get(name), value));
      else if (value === null) changed.delete(name);
      else changed.set(name, value);
    }
    return this.#write(engine, id, Object.fromEntries(changed));
  }

  /** Deletes a destination, also one that can't be opened. */
  async remove(engine: Engine, id: string): Promise<void> {
    await engine.destinations.remove(id);
    this.#unopened.delete(id);
  }

  async #write(engine: Engine, id: string, input: unknown): Promise<Written> {
    const { errors, report } = takingDown();
    const destination = readInput(id, input, this.#options.channels(), report);
    if (destination) {
      checkFallback(destination, engine, report);
      checkMasks(destination, report);
    }
    if (!destination || errors.length > 0) return { ok: false, errors };
    const made = makeSecrets(destination);
    const config = { ...destination.config, ...made };
    const definition = { ...destination.written, channel: destination.channel.type, config };
    const sealed = seal(this.#options.secretKey, contextOf(id), JSON.stringify(definition));
    const standing = await engine.destinations.put({ ...destination, config }, sealed);
    return { ok: true, standing, made };
  }
}

function contextOf(id: string): string {
  return `${id}/definition`;
}

function readInput(
  id: string,
  input: unknown,
  channels: Channels,
  report: Report,
): ConfiguredDestination | undefined {
  if (!isObject(input)) {
    report([], `must be a JSON object, not ${kindOf(input)}`);
    return undefined;
  }
  const checked = destinationInput.safeParse(input, { error: plainMessage });
  if (!checked.success) reportIssues(checked.error.issues, [], report);
  return readDestination({ ...input, id }, [], channels, { report });
}

function checkFallback(
  { id, fallback }: ConfiguredDestination,
  { destinations }: Engine,
  report: Report,
): void {
  if (fallback === undefined) return;
  const problem = fallbackProblem(fallback, id, (one) => destinations.get(one) !== undefined);
  if (problem !== undefined) report(["fallback"], problem);
}

/** What a secret is shown as is no secret: it was copied from an answer. */
function checkMasks({ channel, config }: ConfiguredDestination, report: Report): void {
  if (!secretsIn(channel.config, config).includes(MASKED_SECRET)) return;
  report(["config"], `has "${MASKED_SECRET}" in it, which stands for a secret: give the secret`);
}

function makeSecrets({ channel, config }: ConfiguredDestination): Readonly<Record<string, string>> {
  const missing = [...madeSecrets(channel.config).keys()].filter(
    (field) => config[field] === undefined,
  );
  return Object.fromEntries(missing.map((field) => [field, newSigningSecret()]));
}
