/** A destination with deliveries that are due, and how many more attempts it may have under way. */
export interface Applicant {
  readonly destinationId: string;
  readonly room: number;
  /** Whether its last attempt was not put off. */
  readonly proven: boolean;
}

export interface Share {
  readonly destinationId: string;
  readonly count: number;
}

/** The free places: in all, and of these for destinations that have not proved themselves. */
export interface Places {
  readonly free: number;
  readonly freeForUnproven: number;
}

/**
 * Shares the free places out, one to each in turn, so that a long backlog has no more say than a
 * short one. Those that do not answer can together never take the places of those that do. Pure; the
 * caller turns the order of the applicants from call to call.
 */
export function shareOut(applicants: readonly Applicant[], places: Places): readonly Share[] {
  const counts = new Map<string, number>();
  let { free, freeForUnproven } = places;
  let hungry = applicants.filter(({ room }) => room > 0);
  while (free > 0 && hungry.length > 0) {
    const served: Applicant[] = [];
    for (const applicant of hungry) {
      if (free === 0) break;
      if (!applicant.proven && freeForUnproven === 0) continue;
      const count = (counts.get(applicant.destinationId) ?? 0) + 1;
      counts.set(applicant.destinationId, count);
      free--;
      if (!applicant.proven) freeForUnproven--;
      if (count < applicant.room) served.push(applicant);
    }
    hungry = served;
  }
  return [...counts].map(([destinationId, count]) => ({ destinationId, count }));
}
