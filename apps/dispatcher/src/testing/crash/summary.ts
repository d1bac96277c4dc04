import type { CrashReport } from "./report.ts";

/** How many mistakes are listed in full. */
const LISTED = 20;

/** Whether nothing was lost, nothing is stuck, and every repeat has its reason. */
export function isSound({ lost, stuck, mistakes }: CrashReport): boolean {
  return lost.length + stuck.length + mistakes.length === 0;
}

/** A report for people. */
export function summaryOf(report: CrashReport): string {
  const stages = [...report.stages].map(
    ([stage, { kills, cutOff }]) =>
      `  ${stage.padEnd(12)}${kills} kills, ${cutOff} attempts cut off`,
  );
  const { lost, stuck, mistakes, seed } = report;
  return [
    `${report.kills} kills`,
    ...stages,
    `${report.taken} events accepted; the answer was cut off for ${report.keptUnheard}, ${report.postedTwice} were posted twice`,
    ...(report.refused > 0 ? [`${report.refused} posts were told to come back later`] : []),
    `${report.deliveries} deliveries`,
    ...(report.ownEvents > 0 ? [`${report.ownEvents} events of destinations that failed`] : []),
    `${report.repeats} repeats, each by the same id; ${report.cutOff} attempts were cut off, at most ${report.mostRepeats} can be`,
    `${lost.length} lost`,
    `${stuck.length} stuck`,
    `${mistakes.length} other mistakes`,
    ...[...lost, ...stuck, ...mistakes].slice(0, LISTED).map((line) => `  ${line}`),
    `seed ${seed}`,
  ].join("\n");
}
