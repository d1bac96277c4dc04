import { counted } from "./counted.ts";
import type { DigestEvent, DigestLine } from "./digest-event.ts";
import { quoteLine, say } from "./quote.ts";
import { runOutcome } from "./run-outcome.ts";
import { type Tone, toneOf } from "./tone.ts";
import { cut } from "./text.ts";

/** One of several things that a message tells: of a digest, a pipeline. Clean, on one line, masked. */
export interface Item {
  readonly tone: Tone;
  readonly text: string;
}

/** The longest text of an item, in UTF-16 units. */
const LONGEST_ITEM = 300;
/** How much of what a failure said is part of it. */
const LONGEST_MESSAGE = 160;

/** What a digest says of each pipeline; the whole digest may stand for more. */
export function itemsOf({ lines, tenant }: DigestEvent): readonly Item[] {
  return lines.map((line) => {
    const whose = tenant || line.tenant === null ? "" : ` (${say(line.tenant)})`;
    const message = line.message === null ? "" : quoteLine(line.message, LONGEST_MESSAGE);
    const said = message === "" ? "" : `: ${cut(message, LONGEST_MESSAGE)}`;
    const text = cut(`${say(line.name)}${whose} ${endOf(line)}${said}`, LONGEST_ITEM);
    return { tone: toneOf(line.failures > 0 ? "failed" : runOutcome(line.status)), text };
  });
}

function endOf({ task_id: taskId, runs, failures, status }: DigestLine): string {
  if (taskId === null) return counted(runs, "time");
  const outcome = runOutcome(status);
  const last = outcome === "other" ? `ended as ${say(status)}` : outcome;
  if (failures === 0) return runs > 1 ? `${last}, ${runs} runs` : last;
  const failed = failures === 1 ? "failed" : `failed ${failures} times`;
  return outcome === "failed" ? failed : `${failed}, then ${last}`;
}
