import { describe, expect, it } from 'vitest';
import { type PairingQuestions, PairingSession } from '../../../../components/access/pairing-session';
import type { Problem } from '../../../../components/ui/fetch-json';
import type { PairingState } from '../../../../lib/contracts/access';
import { err, ok, type Result } from '../../../../lib/result';
import { FakeClock } from '../../../support/fake-clock';

const PATH = '/screen/main?screen=s1';

/** A server that says what it is told to, and a television before it. */
function stage(random = () => 0) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const gone: string[] = [];
  const says: {
    who: Result<string | null, Problem>;
    newCode: Result<PairingState, Problem>;
    entered: Result<PairingState, Problem>;
  } = { who: ok(null), newCode: ok(codeOf(clock)), entered: ok(codeOf(clock)) };
  const answer = <Key extends keyof typeof says>(key: Key) => {
    asked.push(key);
    return Promise.resolve(says[key]);
  };
  const questions: PairingQuestions = {
    who: () => answer('who'),
    newCode: () => answer('newCode'),
    entered: () => answer('entered'),
  };
  const session = new PairingSession({ questions, clock, random, go: (path) => gone.push(path) });
  return { clock, asked, gone, says, session };
}

function codeOf(clock: FakeClock, code = 'K7M4XR'): PairingState {
  return { state: 'waiting', code, expiresAt: clock.now() + 120_000, serverTime: clock.now() };
}

describe('the page of the code', () => {
  it('UI-40 shows a code, asks every 2 s, and goes to the board once it was entered', async () => {
    const { clock, asked, gone, says, session } = stage();
    const stop = session.start();
    await clock.advanceAsync(1_000, 100);
    expect(asked).toEqual(['who', 'newCode', 'entered']);
    expect(session.moment().screen).toMatchObject({ state: 'showing', code: 'K7M4XR' });
    await clock.advanceAsync(8_000, 100);
    expect(asked.length).toBe(7);
    says.entered = ok({ state: 'paired', path: PATH });
    await clock.advanceAsync(2_000, 100);
    expect(gone).toEqual([PATH]);
    expect(session.moment().screen.state).toBe('going');
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  it('UI-40 goes at once where it is paired already', async () => {
    const { clock, asked, gone, says, session } = stage();
    says.who = ok(PATH);
    const stop = session.start();
    await clock.advanceAsync(500, 100);
    expect([asked, gone]).toEqual([['who'], [PATH]]);
    stop();
  });

  it('UI-41 counts the time that is left, and takes the code away when it is over, also while nobody answers', async () => {
    const { clock, says, session } = stage();
    const told: number[] = [];
    const untell = session.subscribe(() => told.push(session.moment().leftMs));
    const stop = session.start();
    await clock.advanceAsync(1_000, 100);
    says.entered = err({ kind: 'unreachable' });
    says.newCode = err({ kind: 'unreachable' });
    await clock.advanceAsync(60_000, 500);
    expect(session.moment().screen).toMatchObject({ state: 'showing', trouble: 'away' });
    expect(session.moment().leftMs).toBeLessThanOrEqual(60_000);
    await clock.advanceAsync(62_000, 500);
    expect(session.moment()).toMatchObject({ screen: { state: 'asking', trouble: 'away' }, leftMs: 0 });
    expect(told.filter((leftMs) => leftMs > 0).length).toBeGreaterThan(100);
    says.newCode = ok(codeOf(clock, 'ABC234'));
    says.entered = says.newCode;
    await clock.advanceAsync(12_000, 500);
    expect(session.moment().screen).toMatchObject({ state: 'showing', code: 'ABC234', trouble: null });
    untell();
    stop();
    expect(clock.pendingCount).toBe(0);
  });

  const refused = (status: number, waitMs: number | null = null): Problem => ({
    kind: 'refused',
    status,
    code: '',
    waitMs,
  });
  it.each([
    [{ kind: 'unreachable' } as const, 'away'],
    [{ kind: 'unreadable' } as const, 'odd'],
    [refused(429), 'busy'],
    [refused(503), 'busy'],
    [refused(502), 'away'],
    [refused(504), 'away'],
    [refused(500), 'odd'],
    [refused(403), 'odd'],
  ])('UI-42 on %j says %s and goes on', async (problem, trouble) => {
    const { clock, asked, says, session } = stage();
    says.newCode = err(problem);
    const stop = session.start();
    await clock.advanceAsync(100, 50);
    expect(session.moment().screen).toMatchObject({ state: 'asking', trouble });
    await clock.advanceAsync(60 * 60_000, 500);
    expect(asked.filter((question) => question === 'newCode').length).toBeGreaterThan(300);
    stop();
  });

  it('UI-42 is not back before Retry-After, and a hall of televisions not in step', async () => {
    const { clock, asked, says, session } = stage(() => 1);
    says.newCode = err(refused(503, 30_000));
    const stop = session.start();
    await clock.advanceAsync(37_400, 100);
    expect(asked.filter((question) => question === 'newCode').length).toBe(1);
    await clock.advanceAsync(300, 100);
    expect(asked.filter((question) => question === 'newCode').length).toBe(2);
    stop();
  });

  it('UI-41 hears nothing of what was asked before it was stopped', async () => {
    const { clock, gone, says, session } = stage();
    says.who = ok(PATH);
    const stop = session.start();
    clock.advance(0);
    stop();
    await clock.advanceAsync(1_000, 100);
    expect(gone).toEqual([]);
  });
});
