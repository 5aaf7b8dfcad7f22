/** What is answered where the desk of boards says no. */
import type { ServerResponse } from 'node:http';
import type { BoardConflict, BoardProblems } from '../../lib/contracts/board-desk';
import type { DeskProblem } from '../boards/board-desk';
import { type HttpProblem, sendJson, sendProblem } from './reply';

export const NO_BOARD: HttpProblem = {
  status: 404,
  code: 'board.unknown',
  message: 'there is no such board, or no such version of it',
};
const FULL: HttpProblem = {
  status: 409,
  code: 'boards.full',
  message: 'there are as many boards as there may be: 200',
};
const MADE: HttpProblem = {
  status: 409,
  code: 'board.made',
  message: 'this board is made of the queues: there is nothing to delete',
};
/** What is said of more is only that it is there. */
const MOST_SAID = 5;

/** `what`: whose change came first, of a 409. */
export function sendDeskProblem(
  response: ServerResponse,
  problem: DeskProblem,
  what: 'board' | 'settings' = 'board',
): void {
  switch (problem.kind) {
    case 'unknown':
      sendProblem(response, NO_BOARD);
      break;
    case 'full':
      sendProblem(response, FULL);
      break;
    case 'made':
      sendProblem(response, MADE);
      break;
    case 'changed':
      sendJson(response, conflictOf(problem, what), 409);
      break;
    case 'invalid':
      sendJson(response, problemsOf(problem.problems), 400);
  }
}

function conflictOf(
  { at, by }: DeskProblem & { kind: 'changed' },
  what: 'board' | 'settings',
): BoardConflict {
  const code = what === 'board' ? 'board.changed' : 'settings.changed';
  return { code, message: 'somebody else has changed this since you read it', at, by };
}

function problemsOf(problems: readonly string[]): BoardProblems {
  const said = problems.slice(0, MOST_SAID).join('; ');
  const rest = problems.length - MOST_SAID;
  const message = rest > 0 ? `${said}; and ${rest} more` : said;
  return { code: 'board.invalid', message, problems: [...problems] };
}
