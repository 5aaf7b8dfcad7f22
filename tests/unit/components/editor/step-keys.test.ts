import { describe, expect, it } from 'vitest';
import { stepOfKey } from '../../../../components/editor/step-keys';

describe('keys that undo', () => {
  const key = { key: 'z', ctrlKey: true, metaKey: false, altKey: false, shiftKey: false };

  it.each<[string, Partial<typeof key>, unknown]>([
    ['Ctrl+Z', {}, 'undone'],
    ['⌘Z', { ctrlKey: false, metaKey: true }, 'undone'],
    ['Ctrl+Shift+Z', { key: 'Z', shiftKey: true }, 'redone'],
    ['Ctrl+Y', { key: 'y' }, 'redone'],
    ['Z', { ctrlKey: false }, null],
    ['Ctrl+Alt+Z', { altKey: true }, null],
    ['Ctrl+X', { key: 'x' }, null],
  ])('UI-122 UI-143 %s is heard, and not within a dialog', (_, press, expected) => {
    expect(stepOfKey({ ...key, ...press }, false)).toBe(expected);
    expect(stepOfKey({ ...key, ...press }, true)).toBeNull();
  });
});
