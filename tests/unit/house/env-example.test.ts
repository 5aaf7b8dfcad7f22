import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../server/config/settings-list';
import { textOf } from '../../support/repository';

describe('.env.example', () => {
  it('RUN-17 names every setting once, and nothing that is none', () => {
    const named = [...textOf('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1]);
    expect(named.length).toBeGreaterThan(5);
    expect(named.toSorted()).toEqual(SETTINGS.map((setting) => setting.name).toSorted());
  });
});
