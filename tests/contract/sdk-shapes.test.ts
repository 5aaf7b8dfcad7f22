import { describe, expect, it } from 'vitest';
import { readSdkShapes } from './sdk-shapes';

const shapes = readSdkShapes();

describe('the check against the SDK’s types', () => {
  it('SIM-2 has read the SDK’s models', () => {
    expect(shapes.modelCount).toBeGreaterThan(1_000);
  });

  it.each([
    ['a fitting value', { id: 'a', connectUri: 'b', expires: 'c' }, 'Channel', []],
    ['an unknown field', { id: 'a', colour: 'red' }, 'Channel', ["Channel.colour is not in the SDK's types"]],
    ['a wrong type', { id: 7 }, 'Channel', ['Channel.id is a number, not a string']],
    ['null', { id: null }, 'Channel', ['Channel.id is null, not a string']],
    ['no object', [], 'Channel', ['Channel is an array, not an object']],
    [
      'a list that is none',
      { entities: {} },
      'ChannelEntityListing',
      ['ChannelEntityListing.entities is a object, not an array'],
    ],
    [
      'a wrong item',
      { entities: [{}, { id: true }] },
      'ChannelEntityListing',
      ['ChannelEntityListing.entities[1].id is a boolean, not a string'],
    ],
    [
      'a missing field',
      { id: 'x' },
      'OrganizationPresence',
      ['OrganizationPresence.languageLabels is required and missing'],
    ],
    [
      'a wrong value of a map',
      { languageLabels: { en: 1 } },
      'OrganizationPresence',
      ['OrganizationPresence.languageLabels.en is a number, not a string'],
    ],
    ['an unknown model', {}, 'Nonsense', ['the SDK has no model Nonsense']],
  ])('SIM-2 judges %s', (_what, value, model, deviations) => {
    expect(shapes.deviations(value, model)).toEqual(deviations);
  });
});
