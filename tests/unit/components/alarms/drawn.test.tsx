/** Alarms, floods, shelves and webhooks as they are first drawn: text as text, every word from the catalogue. */
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { ProblemLine } from '../../../../components/access/problem-line';
import { AlarmLine } from '../../../../components/alarms/alarm-line';
import { FloodLine } from '../../../../components/alarms/flood-line';
import { ShelfList } from '../../../../components/alarms/shelf-list';
import { ShelveDialog } from '../../../../components/alarms/shelve-dialog';
import {
  beginHook,
  emptyHook,
  freeId,
  withHook,
  withoutHook,
} from '../../../../components/alarms/webhook-draft';
import type { Alarm, Webhook } from '../../../../lib/contracts/alarm';
import messages from '../../../../messages/en.json';

const EVIL = '"><img src=x onerror=alert(1)>';
const NOW = Date.UTC(2026, 10, 21, 9);
const NOTHING = () => {};
const titleOf = ({ text }: Pick<Alarm, 'text'>) => text;
const ALARM: Alarm = {
  ...{ key: 'kpi:queue:a#waiting', kind: 'kpi', level: 'critical', subject: 'queue:a', kpi: 'waiting' },
  ...{ text: `${EVIL}: waiting 9`, since: NOW - 60_000, acknowledgement: null },
};

function drawn(children: ReactNode): string {
  const missing: string[] = [];
  const html = renderToStaticMarkup(
    <IntlProvider
      locale="en"
      messages={messages}
      timeZone="UTC"
      onError={(error) => missing.push(error.message)}
    >
      {children}
    </IntlProvider>,
  );
  expect(missing).toEqual([]);
  expect(html).not.toContain('<img');
  return html;
}

function line(alarm: Partial<Alarm> = {}, more: object = {}): string {
  const props = { titleOf, now: NOW, isInterrupting: false, isBusy: false, mayShelve: true, ...more };
  const deeds = { onAcknowledge: NOTHING, onShelved: NOTHING };
  return drawn(<AlarmLine alarm={{ ...ALARM, ...alarm }} {...props} {...deeds} />);
}

describe('an alarm at the desk', () => {
  it('UI-250 says what it is, how bad, since when and who has it, in words', () => {
    const text = line({}, { isInterrupting: true }).replace(/<[^>]+>/g, ' ');
    for (const word of [
      'waiting',
      'Critical',
      'Since',
      'interrupts now',
      'nobody has taken it',
      'Acknowledge',
    ])
      expect(text).toContain(word);
    expect(line({ kpi: null, subject: null, text: EVIL })).toContain('onerror=alert(1)&gt;');
  });

  it('UI-251 offers to be taken while nobody has it, and is hollow then', () => {
    const taken = line({ acknowledgement: { by: EVIL, at: NOW } });
    expect(taken).toContain('data-state="taken"');
    expect(taken).not.toContain('>Acknowledge<');
    expect(taken).toContain('fill="none"');
    expect(line()).toContain('>Acknowledge<');
  });

  it('UI-252 offers the shelf to who may, and asks for a reason and an end', () => {
    expect(line()).toContain('Put aside');
    expect(line({}, { mayShelve: false })).not.toContain('Put aside');
    const dialog = drawn(
      <ShelveDialog alarmKey={ALARM.key} what={EVIL} onDone={NOTHING} onClose={NOTHING} />,
    );
    expect(dialog.match(/<option/g)).toHaveLength(7);
    expect(dialog).toContain('id="shelve-reason"');
  });

  it('UI-252 lists what is on the shelf with its reason, its end and whose it is', () => {
    const shelf = { key: ALARM.key, reason: EVIL, by: 'Sam', since: NOW, until: NOW + 60_000 };
    const draw = (mayShelve: boolean) =>
      drawn(
        <ShelfList
          shelves={[shelf, { ...shelf, key: 'devices:g' }]}
          titleOf={titleOf}
          now={NOW}
          mayShelve={mayShelve}
          onChanged={NOTHING}
        />,
      );
    expect(draw(true)).toContain('Back now');
    expect(draw(false)).not.toContain('Back now');
    expect(draw(false)).toMatch(/by Sam/);
  });

  it('UI-254 is hatched while nobody knows whether it lasts, and says since when', () => {
    const html = line({ unknownSince: NOW - 30_000 });
    expect(html).toContain('is-stale');
    expect(html).toContain('not known since');
  });

  it('UI-253 many at once are one line with their number, to be taken as one', () => {
    const flood = { count: 17, since: NOW };
    const draw = (alarms: readonly Alarm[]) =>
      drawn(
        <FloodLine
          {...{ flood, titleOf, flooded: alarms, now: NOW, isBusy: false, isInterrupting: true }}
          onAcknowledge={NOTHING}
        />,
      );
    expect(draw([ALARM])).toContain('17 alarms at once');
    expect(draw([ALARM])).toContain('Acknowledge all');
    expect(draw([{ ...ALARM, acknowledgement: { by: 'Sam', at: NOW } }])).not.toContain('Acknowledge all');
  });

  it.each(['alarm.unknown', 'shelf.unknown', 'shelves.full', 'webhooks.changed', 'webhook.refused', 'else'])(
    'UI-252 says what went wrong: %s',
    (code) => {
      const problem = { kind: 'refused' as const, status: 409, code, waitMs: null };
      expect(drawn(<ProblemLine problem={problem} />)).toContain('role="alert"');
    },
  );
});

describe('the draft of webhooks', () => {
  const hook: Webhook = {
    ...{ id: 'hook-1', name: 'Chat', url: 'https://chat.example.com/x', format: 'slack' },
    ...{ levels: ['critical'], boardIds: null },
  };
  const known = {
    revision: 4,
    webhooks: [{ ...hook, hasSecret: true, waiting: 0, lastSentAt: null, failure: null }],
  };

  it('UI-255 adds, changes and removes one, and leaves the secrets of all others alone', () => {
    const added = {
      ...emptyHook(freeId(['hook-1'])),
      name: ' New ',
      url: ' https://a.example/ ',
      secret: 'x'.repeat(16),
    };
    expect(withHook(known, added)).toEqual({
      revision: 4,
      webhooks: [
        hook,
        {
          ...{ id: 'hook-2', name: 'New', url: 'https://a.example/', format: 'json', levels: ['critical'] },
          ...{ boardIds: null, secret: 'x'.repeat(16) },
        },
      ],
    });
    expect(withHook(known, { ...hook, name: 'Other', secret: '' })?.webhooks).toEqual([
      { ...hook, name: 'Other' },
    ]);
    expect(withoutHook(known, 'hook-1')).toEqual({ revision: 4, webhooks: [] });
  });

  it('UI-259 goes on top of what was there when it was begun, whatever was heard since', () => {
    const begun = beginHook(known, 'hook-1');
    expect(begun.text).toMatchObject({ id: 'hook-1', name: 'Chat', secret: '' });
    expect(withHook(begun.known, { ...begun.text, name: 'Mine' })?.revision).toBe(4);
    expect(beginHook(known, null).text).toEqual(emptyHook('hook-2'));
    // Somebody took it away meanwhile.
    expect(beginHook(known, 'hook-9').text).toEqual(emptyHook('hook-2'));
  });

  it.each([
    ['no name', { name: '' }],
    ['no address', { url: '' }],
    ['another address', { url: 'ftp://a.example/' }],
    ['no level', { levels: [] }],
    ['a short secret', { secret: 'short' }],
  ])('UI-255 does not send one with %s', (_, wrong) => {
    expect(withHook(known, { ...hook, secret: '', ...wrong })).toBeNull();
  });

  it('UI-255 calls each by a name of its own', () => {
    expect([freeId([]), freeId(['hook-2']), freeId(['hook-1', 'hook-3'])]).toEqual([
      'hook-1',
      'hook-3',
      'hook-4',
    ]);
  });
});
