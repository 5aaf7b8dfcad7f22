/** The parts of the pages as they are first drawn: names as text, every word from the catalogue. */
import { readFileSync } from 'node:fs';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createTranslator, IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { MachineForm } from '../../../../components/access/machine-form';
import { MachineRow } from '../../../../components/access/machine-row';
import { NewSecretPanel } from '../../../../components/access/new-secret';
import { PairForm } from '../../../../components/access/pair-form';
import { PairPage } from '../../../../components/access/pair-page';
import { PersonRow } from '../../../../components/access/person-row';
import { ProblemLine } from '../../../../components/access/problem-line';
import { ScreenRow } from '../../../../components/access/screen-row';
import { SignInPage } from '../../../../components/access/sign-in-page';
import { unitPercent } from '../../../../components/board/scale';
import type { Machine, Person, ScreenRecord } from '../../../../lib/contracts/access';
import messages from '../../../../messages/en.json';

const EVIL = '"><img src=x onerror=alert(1)><script>alert(2)</script>';
const NOTHING = () => {};
const NOW = Date.UTC(2026, 10, 21, 8);

/** A word that is missing, or that lacks a value, is an error. */
function drawn(children: ReactNode): string {
  return renderToStaticMarkup(
    <IntlProvider locale="en" messages={messages} timeZone="UTC" onError={fail}>
      {children}
    </IntlProvider>,
  );
}
function fail(error: Error): never {
  throw error;
}

const screen: ScreenRecord = {
  ...{ id: 's1', name: EVIL, boardId: 'main', room: EVIL, diagonalInches: 55, farthestSeatMetres: 8 },
  ...{ pairedAt: NOW - 86_400_000, pairedBy: EVIL, connected: false, lastSeenAt: NOW - 185_000 },
};
const person: Person = {
  ...{ id: 'p1', name: EVIL, email: EVIL, providerRoles: ['supervisor'], grantedRoles: ['admin'] },
  lastSignInAt: NOW - 3_600_000,
  sessions: ['a', 'b'].map((id) => ({ id, startedAt: NOW - 3_600_000, lastSeenAt: NOW - 1_000 })),
};
const machine: Machine = {
  ...{ id: 'm1', name: EVIL, scopes: ['kpis:read'], createdAt: NOW },
  secrets: [{ id: 'x', createdAt: NOW, lastUsedAt: null }],
};
const made = { machine, clientId: 'm1', secret: 'the-secret' };

const PARTS: readonly (readonly [string, ReactNode])[] = [
  [
    'a screen',
    <ScreenRow key="1" screen={screen} boards={[{ id: 'main', name: EVIL }]} now={NOW} onChanged={NOTHING} />,
  ],
  ['a person', <PersonRow key="2" person={person} now={NOW} onChanged={NOTHING} />],
  ['a machine', <MachineRow key="3" machine={machine} now={NOW} onChanged={NOTHING} onMade={NOTHING} />],
  ['a secret', <NewSecretPanel key="4" made={made} onClose={NOTHING} />],
  ['the form of a screen', <PairForm key="5" boards={[{ id: 'main', name: EVIL }]} onPaired={NOTHING} />],
];

describe('the pages of access', () => {
  it.each(PARTS)('UI-55 draw the names of %s as text', (_, part) => {
    const html = drawn(part);
    expect(html).toContain('&lt;img src=x');
    expect(html).not.toMatch(/<img|<script/);
  });

  it('UI-50 say by the server’s clock how long a screen has not been seen', () => {
    expect(drawn(PARTS[0]?.[1])).toContain('3 min ago</time>');
    const unknown = <ScreenRow screen={screen} boards={[]} now={null} onChanged={NOTHING} />;
    expect(drawn(unknown)).toContain('Nov 21, 2026');
    const never = (
      <ScreenRow screen={{ ...screen, lastSeenAt: null }} boards={[]} now={NOW} onChanged={NOTHING} />
    );
    expect(drawn(never)).toContain('Never seen');
    const there = (
      <ScreenRow screen={{ ...screen, connected: true }} boards={[]} now={NOW} onChanged={NOTHING} />
    );
    expect(drawn(there)).toContain('Connected');
  });

  it('UI-53 write the provider’s roles down, and have boxes for those given here only', () => {
    const html = drawn(PARTS[1]?.[1]);
    expect(html).toContain('Supervisor, from the sign-in');
    const boxes = [...html.matchAll(/<input type="checkbox"[^>]*>/g)].map(([tag]) => tag);
    expect(boxes.map((tag) => [/name="(\w+)"/.exec(tag)?.[1], tag.includes('checked')])).toEqual([
      ['agent', false],
      ['supervisor', false],
      ['senior_tech', false],
      ['admin', true],
    ]);
  });

  it('UI-56 show a secret with a plain warning, and an example that has it in a variable', () => {
    const html = drawn(PARTS[3]?.[1]);
    expect(html.match(/the-secret/g)).toHaveLength(1);
    expect(html).toContain('shown this once');
    expect(html).toContain('m1:$SECRET');
    expect(drawn(<MachineForm onMade={NOTHING} />).match(/type="checkbox"/g)).toHaveLength(5);
  });

  it('UI-48 have every word for what may go wrong', () => {
    for (const code of ['audit.unavailable', 'pairing.tries', 'limit.requests', 'something.new']) {
      const problem = { kind: 'refused', status: 400, code, waitMs: 1_000 } as const;
      const html = drawn(<ProblemLine problem={problem} />);
      expect(html).toContain('role="alert"');
    }
    const t = createTranslator({ locale: 'en', messages, namespace: 'problem', onError: fail });
    const keys = Object.keys(messages.problem) as (keyof typeof messages.problem)[];
    const words = keys.map((key) => t(key, { seconds: 1, code: 'x' }));
    expect(words.filter((text) => text.length < 10 || /[{}]/.test(text))).toEqual([]);
  });

  it('UI-44 UI-45 begin without anybody’s name or figure', () => {
    const pair = drawn(<PairPage theme="dark" />);
    expect(pair).toContain('data-pairing="meeting"');
    expect(pair).toContain(messages.pair.asking);
    const signIn = drawn(<SignInPage theme="light" next="/" problem="expired" />);
    expect(signIn).toContain('data-sign-in="asking"');
    expect(signIn).toContain(messages.signIn.problem.expired);
    expect(pair + signIn).not.toMatch(/data-kpi|signed in as/);
  });
});

describe('the look of the page of the code', () => {
  const css = readFileSync(new URL('../../../../components/access/pair.css', import.meta.url), 'utf8');

  it('UI-44 measures for 55″ at 8 m: 20 arc-minutes are 9.7 % of the height', () => {
    const html = drawn(<PairPage theme="dark" />);
    const percent = Number(/--u:\s*([\d.]+)vmin/.exec(html)?.[1]);
    expect(percent).toBe(unitPercent({ diagonalInches: 55, distanceMetres: 8 }));
    expect(percent).toBeCloseTo(9.7, 1);
  });

  it('UI-44 has nothing under 16 arc-minutes, nothing in pixels, and nothing that blinks', () => {
    const sizes = [...css.matchAll(/font-size: ([^;]+);/g)].map((match) => match[1] ?? '');
    expect(sizes.length).toBeGreaterThanOrEqual(4);
    const inUnits = sizes.filter((size) => size.startsWith('calc(var(--u)'));
    expect(inUnits.length).toBeGreaterThanOrEqual(3);
    for (const size of inUnits) expect(Number(/\* ([\d.]+)\)/.exec(size)?.[1])).toBeGreaterThanOrEqual(0.8);
    // The code itself fills its room, which is 2 u high at least.
    expect(sizes.filter((size) => !inUnits.includes(size))).toEqual([
      'min(94cqw / (var(--beside) + 0.42), 96cqh)',
      'min(88cqw / var(--under), 48cqh)',
    ]);
    expect(css).toMatch(/min-height: calc\(var\(--u\) \* 2\)/);
    expect(css.replaceAll(/\/\*.*?\*\//gs, '')).not.toMatch(/\dpx|infinite|transition/);
  });
});
