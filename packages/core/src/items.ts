import { counted } from "./counted.ts";
import type { DigestEvent, DigestLine } from "./digest-event.ts";
import { sayEnd } from "./ending.ts";
import { noticeOutcome } from "./notice-outcome.ts";
import { quoteLineEnd, say } from "./quote.ts";
import { type RunOutcome, runOutcome } from "./run-outcome.ts";
import { type Tone, toneOf } from "./tone.ts";
import { cut, cutStart, fitParts } from "./text.ts";

/** One of several things that a message tells: of a digest, a pipeline. Clean, on one line, masked. */
export interface Item {
  readonly tone: Tone;
  readonly text: string;
}

/** The longest text of an item, in UTF-16 units. */
const LONGEST_ITEM = 300;
/** How much of what a failure said is part of it. */
const LONGEST_MESSAGE = 160;
/** How much of how it ended: a producer's own word for it may be long. */
const LONGEST_END = 80;

/** What a digest says of each pipeline; the whole digest may stand for more. */
export function itemsOf({ lines, tenant }: DigestEvent): readonly Item[] {
  return lines.map((line) => ({
    tone: toneOf(line.failures > 0 ? "failed" : lastOutcome(line)),
    text: textOf(line, tenant === undefined),
  }));
}

/** How many pipelines and notices a digest stands for that have no line of their own. */
export function itemsLeftOf({ pipelines, notices, lines }: DigestEvent): number {
  return Math.max(0, pipelines.total + notices - lines.length);
}

function lastOutcome({ task_id: taskId, status }: DigestLine): RunOutcome {
  return taskId === null ? noticeOutcome(status) : runOutcome(status);
}

/** However long the name is, how it ended is said. */
function textOf(line: DigestLine, isOfSeveral: boolean): string {
  const { tenant, message } = line;
  const name = say(line.name) || (line.task_id === null ? "A notice" : "A pipeline");
  const whose = isOfSeveral && tenant !== null ? say(tenant) : "";
  const said = message === null ? "" : quoteLineEnd(message, LONGEST_MESSAGE * 2);
  const frame = (whose === "" ? "" : " ()") + (said === "" ? "" : ": ");
  const [named = "", owner = "", ended = "", quoted = ""] = fitParts(
    [
      { text: name, priority: 1 },
      { text: whose, priority: 2 },
      { text: cut(endOf(line), LONGEST_END), priority: 0 },
      { text: cutStart(said, LONGEST_MESSAGE), priority: 3 },
    ],
    LONGEST_ITEM - frame.length,
  );
  const what = `${named}${owner === "" ? "" : ` (${owner})`}${ended}`;
  return quoted === "" ? what : `${what}: ${quoted}`;
}

/** What follows a name: ` failed 3 times`; of a notice, how often it came. */
function endOf({ task_id: taskId, runs, failures, status }: DigestLine): string {
  if (taskId === null) return runs > 1 ? `, ${counted(runs, "time")}` : "";
  const last = sayEnd(status);
  if (failures === 0) return runs > 1 ? ` ${last}, ${runs} runs` : ` ${last}`;
  const failed = failures === 1 ? "failed" : `failed ${failures} times`;
  return last === "failed" ? ` ${failed}` : ` ${failed}, then ${last}`;
}
