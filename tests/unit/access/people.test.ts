import { describe, expect, it } from 'vitest';
import {
  cleanEmail,
  cleanName,
  effectiveRoles,
  personIdOf,
} from '../../../server/access/people/person-record';
import { doerOf } from '../../../server/access/session-audit';
import { createStage, ISSUER, identity } from './sessions-stage';

const ADDRESS = '192.0.2.7';
const ADMIN = doerOf({ kind: 'local' }, ADDRESS);
const ADA = personIdOf(ISSUER, 'ada');

describe('a person', () => {
  it('ACC-3 is known by issuer and subject, not by name or address', async () => {
    const { people } = createStage();
    const first = await people.signedIn(identity(), ADDRESS);
    const renamed = await people.signedIn(identity({ name: 'Ada King', email: null }), ADDRESS);
    const namesake = await people.signedIn(identity({ subject: 'other' }), ADDRESS);
    const elsewhere = await people.signedIn(identity({ issuer: 'https://id2.test' }), ADDRESS);
    const ids = [first, renamed, namesake, elsewhere].map((result) => result.ok && result.value.id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(await people.find(ADA)).toMatchObject({ name: 'Ada King', email: null });
    expect(personIdOf('a', '"b')).not.toBe(personIdOf('a"', 'b'));
  });

  it('ACC-3 has the roles that the provider gave last and those given here', async () => {
    const { people } = createStage();
    await people.signedIn(identity(), ADDRESS);
    await people.grant(ADA, ['admin', 'agent', 'admin'], ADMIN);
    const granted = await people.find(ADA);
    expect(granted).toMatchObject({ providerRoles: ['supervisor'], grantedRoles: ['agent', 'admin'] });
    expect(granted && effectiveRoles(granted)).toEqual(['agent', 'supervisor', 'admin']);
    await people.signedIn(identity({ roleNames: ['display', '__proto__'] }), ADDRESS);
    const after = await people.find(ADA);
    expect(after && effectiveRoles(after)).toEqual(['agent', 'admin']);
    await people.grant(ADA, [], ADMIN);
    expect(await people.find(ADA)).toMatchObject({ providerRoles: [], grantedRoles: [] });
  });

  it('ACC-3 has changes of his roles recorded, who made them, and nothing else', async () => {
    const { people, audit } = createStage();
    await people.signedIn(identity(), ADDRESS);
    await people.signedIn(identity({ name: 'Ada King' }), ADDRESS);
    await people.grant(ADA, ['admin'], ADMIN);
    await people.grant(ADA, ['admin'], ADMIN);
    expect(audit.recorded).toEqual([
      {
        ...{ actor: 'server', actorName: 'server', address: ADDRESS },
        ...{ action: 'person.roles-changed', subject: `person:${ADA}`, outcome: 'done' },
        details: new Map([
          ['person', 'Ada Lovelace'],
          ['given', 'by the provider'],
          ['was', ''],
          ['is', 'supervisor'],
        ]),
      },
      {
        ...{ actor: 'local', actorName: 'local', address: ADDRESS },
        ...{ action: 'person.roles-changed', subject: `person:${ADA}`, outcome: 'done' },
        details: new Map([
          ['person', 'Ada King'],
          ['given', 'here'],
          ['was', ''],
          ['is', 'admin'],
        ]),
      },
    ]);
  });

  it('ACC-19 keeps the roles that he has where a change cannot be recorded', async () => {
    const { people, audit } = createStage();
    await people.signedIn(identity(), ADDRESS);
    audit.isBroken = true;
    await expect(people.grant(ADA, ['admin'], ADMIN)).rejects.toThrow('cannot be written');
    await expect(people.signedIn(identity({ roleNames: ['Admins'] }), ADDRESS)).rejects.toThrow();
    await expect(people.signedIn(identity({ subject: 'new' }), ADDRESS)).rejects.toThrow();
    expect(await people.list()).toHaveLength(1);
    expect(await people.find(ADA)).toMatchObject({ providerRoles: ['supervisor'], grantedRoles: [] });
  });

  it('ACC-3 is told of to those who listen when his roles or name are others', async () => {
    const { people } = createStage();
    await people.signedIn(identity(), ADDRESS);
    const heard: string[] = [];
    const leave = people.onChanged((id) => heard.push(id));
    await people.signedIn(identity(), ADDRESS);
    expect(heard).toEqual([]);
    await people.grant(ADA, ['admin'], ADMIN);
    await people.refreshed(identity({ name: 'Ada King' }));
    expect(heard).toEqual([ADA, ADA]);
    leave();
    await people.grant(ADA, [], ADMIN);
    expect(heard).toHaveLength(2);
  });

  it('ACC-3 loses no change that is made at the same moment', async () => {
    const { people } = createStage();
    await people.signedIn(identity(), ADDRESS);
    await Promise.all([
      people.grant(ADA, ['admin'], ADMIN),
      people.refreshed(identity({ roleNames: [], name: 'Ada King' })),
    ]);
    expect(await people.find(ADA)).toMatchObject({
      ...{ name: 'Ada King', providerRoles: [], grantedRoles: ['admin'] },
    });
  });

  it('ACC-3 who is not known is neither given roles nor made by a refresh', async () => {
    const { people } = createStage();
    expect(await people.grant('__proto__', ['admin'], ADMIN)).toBeNull();
    expect(await people.refreshed(identity())).toBeNull();
    expect(await people.list()).toEqual([]);
  });

  it.each([
    ['no subject', { subject: '' }],
    ['an endless subject', { subject: 'x'.repeat(256) }],
    ['an issuer that is no address', { issuer: 'local' }],
    ['an endless issuer', { issuer: `https://id.test/${'x'.repeat(1_000)}` }],
  ])('ACC-3 is nobody with %s', async (_, more) => {
    const { people } = createStage();
    expect(await people.signedIn(identity(more), ADDRESS)).toEqual({ ok: false, error: 'malformed' });
    expect(await people.list()).toEqual([]);
  });

  it('ACC-3 whose document cannot be read harms nobody else, and comes back without what was given here', async () => {
    const { people, store, lines } = createStage();
    await people.signedIn(identity({ subject: 'other' }), ADDRESS);
    await store.write([{ write: 'put', kind: 'person', id: ADA, content: { grantedRoles: ['emperor'] } }]);
    expect(await people.find(ADA)).toBeNull();
    expect(await people.list()).toHaveLength(1);
    await people.find(ADA);
    expect(lines.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
    await people.signedIn(identity(), ADDRESS);
    expect(await people.find(ADA)).toMatchObject({ providerRoles: ['supervisor'], grantedRoles: [] });
  });

  // The store lists by id, which has nothing to do with time: both ways round.
  it.each([
    ['early', 'late'],
    ['late', 'early'],
  ])(
    'ACC-4 without a role makes room, who was away longest first (%s before %s); who has one is never forgotten',
    async (early, late) => {
      const { people, clock } = createStage({ maxPeople: 3 });
      for (const [subject, roleNames] of [
        ['lead', ['Team Leads']],
        [early, []],
        [late, []],
      ] as const) {
        clock.advance(1_000);
        await people.signedIn(identity({ subject, roleNames }), ADDRESS);
      }
      const heard: string[] = [];
      people.onChanged((id) => heard.push(id));
      await people.signedIn(identity({ subject: 'new' }), ADDRESS);
      expect(heard).toContain(personIdOf(ISSUER, early));
      const subjects = async () => (await people.list()).map(({ subject }) => subject).sort();
      expect(await subjects()).toEqual([late, 'lead', 'new'].sort());
      await people.signedIn(identity({ subject: 'newer' }), ADDRESS);
      expect(await subjects()).toEqual(['lead', 'new', 'newer']);
      expect(await people.signedIn(identity({ subject: 'newest' }), ADDRESS)).toEqual({
        ok: false,
        error: 'full',
      });
      expect((await people.signedIn(identity({ subject: 'lead' }), ADDRESS)).ok).toBe(true);
      expect(await subjects()).toEqual(['lead', 'new', 'newer']);
    },
  );

  it('ACC-11 who comes by a one-time link is an administrator of this server, and no provider can be him', async () => {
    const { people } = createStage();
    const admin = await people.localAdmin(ADDRESS);
    expect(effectiveRoles(admin)).toEqual(['admin']);
    expect((await people.signedIn(identity({ issuer: 'local', subject: 'admin' }), ADDRESS)).ok).toBe(false);
    await people.grant(admin.id, ['supervisor'], ADMIN);
    expect(effectiveRoles(await people.localAdmin(ADDRESS))).toEqual(['supervisor', 'admin']);
  });
});

describe('what a provider says of a name', () => {
  it.each([
    ['Ada Lovelace', 'Ada Lovelace'],
    ['  Ada \t\n Lovelace ', 'Ada Lovelace'],
    ['Ada\r\n{"level":"error"}\u001b[31m', 'Ada {"level":"error"} [31m'],
    ['a\u2028b\u2029c\u0000d\u0085e', 'a b c d e'],
    ['\u202egnp.exe', 'gnp.exe'],
    ['half \ud83d', 'half'],
    ['<b>Ada</b>', '<b>Ada</b>'],
    ['', 'Unnamed'],
    [' \u0000 ', 'Unnamed'],
    ['😀'.repeat(80), '😀'.repeat(60)],
    ['x'.repeat(100_000), 'x'.repeat(60)],
    ['__proto__', '__proto__'],
  ])('ACC-3 %j is kept as %j', (given, kept) => {
    expect(cleanName(given)).toBe(kept);
  });

  it.each([
    ['ada@example.com', 'ada@example.com'],
    ['käthe@bücher.example', 'käthe@bücher.example'],
    [null, null],
    ['', null],
    ['nobody', null],
    ['a@b@c', null],
    ['a b@c', null],
    ['a\r\n@c', null],
    ['"a"@c', null],
    [`${'x'.repeat(250)}@example.com`, null],
  ])('ACC-3 the address %j is kept as %j', (given, kept) => {
    expect(cleanEmail(given)).toBe(kept);
  });
});
