/**
 * The books of a day, worked out from its file alone, by the definitions in the file's own description. It shares
 * no code with the simulator or the product: it is what both are held against.
 */
export interface BookedCall {
  readonly queue: string;
  /** Seconds since the file's midnight. */
  readonly offered: number;
  readonly left: number;
  readonly talkFrom: number | null;
  readonly talkTo: number | null;
}

export interface Now {
  readonly waiting: number;
  readonly interacting: number;
  /** Seconds since the file's midnight; `null` where nobody waits. */
  readonly longestSince: number | null;
}

/** Reads a file without quotes, as the committed and the shared days are. */
export function readBooks(csv: string): readonly BookedCall[] {
  const [head = '', ...lines] = csv.split('\n').filter((line) => line.trim() !== '');
  const names = head.split(',').map((n) => n.trim());
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[names.indexOf(name)]?.trim() ?? '';
    const offered = seconds(cell('offered'));
    const left = after(offered, seconds(cell('left_queue')));
    const talk = cell('outcome') === 'answered';
    const talkFrom = talk ? after(offered, seconds(cell('answered_start'))) : null;
    const talkTo = talkFrom === null ? null : after(talkFrom, seconds(cell('answered_end')));
    return { queue: cell('queue'), offered, left, talkFrom, talkTo };
  });
}

function seconds(text: string): number {
  const [h = 0, m = 0, s = 0] = text.split(':').map(Number);
  return h * 3_600 + m * 60 + s;
}

/** A time that is smaller than the one before it is on the next day. */
function after(before: number, time: number): number {
  return time < before ? time + 86_400 : time;
}

/** What happens at a moment t (seconds since the file's midnight) in one queue. */
export function nowAt(calls: readonly BookedCall[], queue: string, t: number): Now {
  const waiting = calls.filter((c) => c.queue === queue && c.offered <= t && t < c.left);
  const talking = calls.filter(
    (c) => c.queue === queue && c.talkFrom !== null && c.talkFrom <= t && t < (c.talkTo ?? 0),
  );
  const longestSince = waiting.length === 0 ? null : Math.min(...waiting.map((c) => c.offered));
  return { waiting: waiting.length, interacting: talking.length, longestSince };
}

/** Every state that held at some moment of [from, to]: at its start, and after each change inside it. */
export function statesWithin(
  calls: readonly BookedCall[],
  queue: string,
  span: { from: number; to: number },
): readonly Now[] {
  const changes = calls
    .filter((c) => c.queue === queue)
    .flatMap((c) => [c.offered, c.left, c.talkFrom, c.talkTo])
    .filter((t): t is number => t !== null && t > span.from && t <= span.to);
  return [span.from, ...changes].map((t) => nowAt(calls, queue, t));
}
