/** The fields of events that rules ask for, as far as Syncbell knows them; an event may have others. */
const KNOWN: readonly string[] = [
  ["event_type", "status", "task_type", "started_at", "stopped_at", "outcome", "duration"],
  ["incident.transition", "incident.failures", "incident.seconds"],
  ["tenant.id", "tenant.name", "tenant.external_id", "tenant.project_id", "tenant.description"],
  ["task.id", "task.name", "task.task_type", "task.schedule", "task.schedule_paused"],
  ["task.extractor.name", "task.extractor.label", "task.loader.name", "task.loader.label"],
  ["sync.id", "sync.task_id", "sync.action", "sync.state", "sync.exit_code"],
  ["sync.started_at", "sync.stopped_at"],
  ["sync.termination_reason", "sync.termination_message"],
  ["destination.id", "destination.channel"],
].flat();

/** The fields that are numbers, and of what. */
const NUMBERS: ReadonlyMap<string, string> = new Map([
  ["duration", "a number of seconds, like 3600"],
  ["incident.seconds", "a number of seconds, like 3600"],
  ["incident.failures", "a number, like 3"],
]);

/** The field that was probably meant by one that is not known: a slip of one letter away from it. */
export function meantField(name: string): string | undefined {
  return KNOWN.includes(name) ? undefined : KNOWN.find((known) => isOneSlip(name, known));
}

/** What a field takes that is a number, where it is asked for a text. */
export function meantNumber(name: string, operand: unknown): string | undefined {
  return typeof operand === "string" ? NUMBERS.get(name) : undefined;
}

/** Whether a letter too many, one missing, a wrong one, or two in the wrong order are all that differs. */
function isOneSlip(word: string, known: string): boolean {
  if (Math.abs(word.length - known.length) > 1 || word === known) return false;
  let from = 0;
  while (from < word.length && word[from] === known[from]) from++;
  const [rest, meant] = [word.slice(from), known.slice(from)];
  const isSwapped =
    rest[0] === meant[1] && rest[1] === meant[0] && rest.slice(2) === meant.slice(2);
  return (
    rest.slice(1) === meant.slice(1) ||
    rest.slice(1) === meant ||
    rest === meant.slice(1) ||
    (rest.length > 1 && isSwapped)
  );
}
