// What do the rules of a thousand destinations cost an event?  node src/rules.ts [rounds]
import { acceptTimes } from "./accept-times.ts";
import { decideTimes } from "./decide-times.ts";
import { deafTellings, tellings } from "./rule-set.ts";
import { median, quantile } from "./statistics.ts";

const rounds = Number(process.argv[2] ?? 5);
const SIZES = [1, 100, 1000];
/** How many of a thousand hear of nothing. */
const DEAF = [0, 990];

for (const run of ["success", "failure"] as const) {
  console.log(`A ${run} is decided:`);
  const decided = await inTurn(SIZES, (size) => {
    const times = decideTimes(run, tellings(size));
    return { "median ms": median(times), "p99 ms": quantile(times, 0.99) };
  });
  console.table(tableOf(decided, (size) => `for ${size}`));
}
console.log("An event that ten destinations hear of is accepted:");
const accepted = await inTurn(DEAF, async (deaf) => {
  const { alone, perSecond } = await acceptTimes(deafTellings(deaf));
  return {
    "median ms": median(alone),
    "p99 ms": quantile(alone, 0.99),
    "ms each, at once": 1000 / perSecond,
  };
});
console.table(tableOf(accepted, (deaf) => `of ${deaf + 10}`));

/** Measures each case in turn, round by round. The first round is left out: code is compiled in it. */
async function inTurn<Case, Figures>(
  cases: readonly Case[],
  measure: (one: Case) => Figures | Promise<Figures>,
): Promise<ReadonlyMap<Case, readonly Figures[]>> {
  const measured = new Map(cases.map((one): [Case, Figures[]] => [one, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [one, figures] of measured) {
      const result = await measure(one);
      if (round > 0) figures.push(result);
    }
  }
  return measured;
}

/** The median of the rounds for each figure, and of its ratios to each case before it in the same round. */
function tableOf<Case, Figures extends Readonly<Record<string, number>>>(
  measured: ReadonlyMap<Case, readonly Figures[]>,
  say: (one: Case) => string,
): object {
  const cases = [...measured];
  const row = ([one, figures]: (typeof cases)[number], index: number): object => {
    const cells = Object.keys(figures[0] ?? {}).flatMap((name) => {
      const values = figures.map((round) => round[name] ?? Number.NaN);
      const ratios = cases.slice(0, index).map(([other, base]) => {
        const to = values.map((value, round) => value / (base[round]?.[name] ?? Number.NaN));
        return `${median(to).toFixed(1)} × ${say(other)}`;
      });
      return [[name, [median(values).toFixed(3), ...ratios].join(", ")]];
    });
    return [say(one), Object.fromEntries(cells)];
  };
  return Object.fromEntries(cases.map(row) as [string, object][]);
}
