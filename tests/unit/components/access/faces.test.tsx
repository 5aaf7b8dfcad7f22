/** The same parts in each of their states: names in every script, a television without a code, a server that is away. */
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { breadthOf } from '../../../../components/access/code-breadth';
import { CodeField } from '../../../../components/access/code-field';
import { MachineRow } from '../../../../components/access/machine-row';
import { NewSecretPanel } from '../../../../components/access/new-secret';
import { PairFace } from '../../../../components/access/pair-page';
import type { PairingScreen, Trouble } from '../../../../components/access/pairing-state';
import { PersonRow } from '../../../../components/access/person-row';
import { FailureLine } from '../../../../components/access/problem-line';
import { ScreenRow } from '../../../../components/access/screen-row';
import type { Machine, Person, ScreenRecord } from '../../../../lib/contracts/access';
import de from '../../../../messages/de.json';
import en from '../../../../messages/en.json';
import { textOf } from '../../../support/repository';

const NOTHING = () => {};
const NOW = Date.UTC(2026, 10, 21, 8);

function drawn(children: ReactNode): string {
  return renderToStaticMarkup(
    <IntlProvider locale="en" messages={en} timeZone="UTC" onError={fail}>
      {children}
    </IntlProvider>,
  );
}
/** What the route file gives to `titled`, looked up in these words. */
function titleOf(source: string, words: typeof en): string {
  const named = /titled\(\(words\) => words\.(\w+)\.title\)/.exec(source)?.[1] ?? '';
  const block: unknown = new Map(Object.entries(words)).get(named);
  return z.object({ title: z.string() }).parse(block).title;
}
function fail(error: Error): never {
  throw error;
}

describe('names on the pages of access', () => {
  const name = '(2) שם';
  const screen: ScreenRecord = {
    ...{ id: 's1', name, boardId: 'main', room: name, diagonalInches: 55, farthestSeatMetres: 8 },
    ...{ pairedAt: NOW, pairedBy: name, connected: true, lastSeenAt: null },
  };
  const person: Person = {
    ...{ id: 'p1', name, email: null, providerRoles: [], grantedRoles: [], lastSignInAt: NOW, sessions: [] },
  };
  const machine: Machine = { id: 'm1', name, scopes: ['kpis:read'], createdAt: NOW, secrets: [] };

  it.each<readonly [string, ReactNode]>([
    [
      'a screen',
      <ScreenRow key="1" screen={screen} boards={[{ id: 'main', name }]} now={NOW} onChanged={NOTHING} />,
    ],
    ['a person', <PersonRow key="2" person={person} now={NOW} onChanged={NOTHING} />],
    [
      'a secret',
      <NewSecretPanel key="3" made={{ machine, clientId: 'm1', secret: 'x' }} onClose={NOTHING} />,
    ],
    ['a machine', <MachineRow key="4" machine={machine} now={NOW} onChanged={NOTHING} onMade={NOTHING} />],
  ])('UI-57 move no word around them: those of %s', (_, part) => {
    const html = drawn(part).replaceAll(/ aria-label="[^"]*"/g, '');
    const others = html.replaceAll(`<bdi>${name}</bdi>`, '');
    expect([html.includes(name), others.includes(name)]).toEqual([true, false]);
  });
});

describe('a television', () => {
  const trying = { turn: 1, failures: 0, trouble: null, lostCodes: 0 } as const;
  const asking: PairingScreen = { state: 'asking', ...trying };
  const showing: PairingScreen = {
    ...{ state: 'showing', ...trying },
    ...{ code: 'K7M4XR', endsAt: 120_000, lifeMs: 120_000 },
  };
  const face = (screen: PairingScreen) =>
    drawn(<PairFace screen={screen} leftMs={90_000} theme="dark" host="wall.test" idle={false} />);
  const steps = en.pair.enter;

  it('UI-62 shows a code with what to do with it and how long it is good', () => {
    const html = face(showing);
    for (const part of ['data-code="K7M4XR"', steps, en.pair.waiting, '1:30']) {
      expect(html).toContain(part);
    }
  });

  it('UI-44 draws a broad code smaller than a narrow one: it tells how broad each half is', () => {
    expect([breadthOf('K7R'), breadthOf('WMW')].map((em) => em.toFixed(2))).toEqual(['2.31', '2.98']);
    const style = /pair-letters" style="([^"]+)"/.exec(face({ ...showing, code: 'K7RWMW' }))?.[1] ?? '';
    const [beside = 0, under = 0] = [...style.matchAll(/:([\d.]+)/g)].map(([, em]) => Number(em));
    expect([beside.toFixed(2), under.toFixed(2)]).toEqual(['5.29', '2.98']);
  });

  it.each<Trouble>(['away', 'busy', 'odd'])('UI-62 keeps a code while the server is %s', (trouble) => {
    const html = face({ ...showing, trouble, failures: 1 });
    expect(html).toContain('data-code="K7M4XR"');
    expect(html).toContain(en.pair[trouble]);
    expect(html).toContain(steps);
    expect(html).not.toContain('1:30');
  });

  it.each<Trouble>(['away', 'busy', 'odd', 'unkept'])(
    'UI-62 says %s in whole words where there is no code, and nothing of what to do with one',
    (trouble) => {
      const html = face({ ...asking, trouble });
      expect(html.split(en.pair[trouble])).toHaveLength(3);
      expect(en.pair[trouble]).toMatch(/^[A-Z].{20,}\.$/);
      expect(html).not.toContain(steps);
      expect(html).not.toContain('data-code');
    },
  );

  it('UI-62 keeps its place while it asks, and has no more to be done once it is paired', () => {
    expect(face(asking)).toContain(steps);
    const going = face({ state: 'going', turn: 1, failures: 0, path: '/screen/main' });
    expect(going).toContain(en.pair.going);
    expect(going).not.toContain(steps);
  });
});

describe('what went wrong', () => {
  it('UI-60 says since when a list is shown whose server is away, and of nobody that he did something', () => {
    const away = { kind: 'unreachable' } as const;
    const html = drawn(<FailureLine failure={away} shownAt={NOW} />);
    expect(html).toContain('role="alert"');
    expect(html).toContain(`dateTime="${new Date(NOW).toISOString()}"`);
    expect(html).not.toContain('may have been done');
    expect(drawn(<FailureLine failure={away} shownAt={null} />)).not.toContain('<time');
    expect(drawn(<FailureLine failure={null} shownAt={NOW} />)).toBe('');
    const forbidden = { kind: 'refused', status: 403, code: 'forbidden', waitMs: null } as const;
    expect(drawn(<FailureLine failure={forbidden} shownAt={NOW} />)).toContain(en.problem.forbidden);
  });

  it.each([
    ['length', en.screens.codeRule],
    ['letters', en.screens.codeLetters],
  ] as const)('UI-58 says at the code what is wrong with it: %s', (fault, words) => {
    const field = (wrong: typeof fault | null) =>
      drawn(
        <CodeField input={{ current: null }} code="K7" fault={wrong} problem={null} onChange={NOTHING} />,
      );
    const html = field(fault);
    const id = /aria-describedby="([^"]+)"/.exec(html)?.[1];
    expect(html).toContain(`<div id="${id}"><p class="problem" role="alert"`);
    expect(html).toContain(`</svg>${words}</p>`);
    expect(html).toContain('aria-invalid="true"');
    expect(field(null)).not.toContain('role="alert"');
  });
});

describe('the pages', () => {
  const PAGES = ['admin/audit', 'admin/machines', 'admin/people', 'pair', 'sign-in', 'supervisor/screens'];

  it.each([en, de])('UI-63 have titles of their own in each language', (words) => {
    const titles = PAGES.map((page) => titleOf(textOf(`app/${page}/page.tsx`), words));
    expect(new Set(titles).size).toBe(PAGES.length);
    expect(titles).toContain(words.screens.title);
  });
});
