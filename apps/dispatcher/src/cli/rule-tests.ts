import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { type Destination, Rehearsal } from "@syncbell/engine";
import type { ConfigProblem } from "../config/config-problem.ts";
import { errorCode } from "../config/secret-refs.ts";
import { UsageError } from "./arguments.ts";
import { type Compared, compareWithExpected } from "./expected-decisions.ts";
import { momentOf, readTestEvent } from "./rule-test-event.ts";

/** What came of a folder of events with expected decisions. */
export interface RuleTests extends Compared {
  readonly events: number;
}

const EVENT = ".json";
const EXPECTED = ".expected.yaml";
const MISNAMED = ".expected.yml";

/**
 * Decides the events of a folder, `NAME.json` in the order of their names, and compares the decisions with
 * those in `NAME.expected.yaml`, which maps a destination's id to a decision. A folder within it is a story
 * of its own; links are followed. An event comes when it says itself that it was, else with the one before
 * it. What can't be read in the folder is a problem; throws UsageError where the folder itself can't.
 */
export function runRuleTests(folder: string, destinations: readonly Destination[]): RuleTests {
  try {
    return runFolder(folder, destinations, []);
  } catch (error) {
    if (!isOfSystem(error)) throw error;
    throw new UsageError(`${folder} can't be read (${errorCode(error)})`);
  }
}

/** Throws what can't be read; `above` are the folders that this one is in. */
function runFolder(
  folder: string,
  destinations: readonly Destination[],
  above: readonly string[],
): RuleTests {
  const here = realpathSync(folder);
  if (above.includes(here)) return refused(folder, "leads back to a folder that it is in");
  const names = readdirSync(folder).toSorted();
  const story = new Story(destinations);
  const found = names.map((name): RuleTests => {
    const path = join(folder, name);
    try {
      return statSync(path).isDirectory()
        ? runFolder(path, destinations, [...above, here])
        : runFile(path, names, story);
    } catch (error) {
      if (!isOfSystem(error)) throw error;
      return refused(path, `can't be read (${errorCode(error)})`);
    }
  });
  return {
    events: sum(found.map(({ events }) => events)),
    expected: sum(found.map(({ expected }) => expected)),
    problems: found.flatMap(({ problems }) => problems),
  };
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

const NOTHING: RuleTests = { events: 0, expected: 0, problems: [] };

function runFile(path: string, names: readonly string[], story: Story): RuleTests {
  if (path.endsWith(MISNAMED)) {
    return refused(path, `is not read: expected decisions stand in NAME${EXPECTED}`);
  }
  const nameOf = (end: string): string => basename(path, end);
  if (path.endsWith(EXPECTED)) {
    const event = `${nameOf(EXPECTED)}${EVENT}`;
    return names.includes(event) ? NOTHING : refused(path, `there is no ${event} that it is of`);
  }
  if (!path.endsWith(EVENT)) return NOTHING;
  const expected = `${nameOf(EVENT)}${EXPECTED}`;
  return story.decide(path, names.includes(expected));
}

/** The events of a folder, one after the other. */
class Story {
  readonly #rehearsal: Rehearsal;
  readonly #ids: readonly string[];
  #now = Date.now();

  constructor(destinations: readonly Destination[]) {
    this.#rehearsal = new Rehearsal(destinations);
    this.#ids = destinations.map(({ id }) => id);
  }

  decide(file: string, isExpected: boolean): RuleTests {
    const read = readTestEvent(file);
    if (!read.ok) return { ...NOTHING, problems: read.problems };
    this.#now = momentOf(read.event) ?? this.#now;
    const { decisions } = this.#rehearsal.decide(read.event, { now: this.#now });
    const beside = `${file.slice(0, -EVENT.length)}${EXPECTED}`;
    return {
      ...NOTHING,
      ...(isExpected ? compareWithExpected(beside, decisions, this.#ids) : {}),
      events: 1,
    };
  }
}

function refused(file: string, message: string): RuleTests {
  const problem: ConfigProblem = { file, line: 1, column: 1, message };
  return { ...NOTHING, problems: [problem] };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
