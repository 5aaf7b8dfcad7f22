import { describe, expect, it } from 'vitest';
import { messageOf } from '../../../server/runtime/errors';

describe('the message of what was thrown', () => {
  it.each([
    ['an error', new Error('why'), 'why'],
    ['a text', 'why', 'why'],
    ['nothing', undefined, 'undefined'],
    ['an error whose message is none', Object.assign(new Error(), { message: 7 }), '7'],
    ['an object without words', Object.create(null), 'something that has no words'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
  ])('SEC-53 is text for %s', (_, thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
