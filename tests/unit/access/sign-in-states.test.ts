import { describe, expect, it } from 'vitest';
import { FLOW_MS } from '../../../server/access/sign-in/sealed-flow';
import { SignInStates } from '../../../server/access/sign-in/sign-in-states';

describe('the state of a sign-in', () => {
  it('ACC-12 is used once while its sign-in could be open, and forgotten afterwards', () => {
    const states = new SignInStates();
    expect(states.use('a', 0)).toBe(true);
    expect(states.use('__proto__', 1)).toBe(true);
    expect(states.use('a', FLOW_MS - 1)).toBe(false);
    expect(states.use('__proto__', FLOW_MS - 1)).toBe(false);
    expect(states.size).toBe(2);
    expect(states.use('b', FLOW_MS)).toBe(true);
    expect(states.size).toBe(2);
  });

  it('ACC-12 is one of a bounded number: full, the oldest is forgotten', () => {
    const states = new SignInStates(3);
    for (let count = 0; count < 100; count += 1) expect(states.use(`${count}`, count)).toBe(true);
    expect(states.size).toBe(3);
    expect(states.use('98', 100)).toBe(false);
    expect(states.use('97', 100)).toBe(false);
  });
});
