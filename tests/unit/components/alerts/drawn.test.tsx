/** Alerts and devices as they are first drawn: what devices say of themselves as text, every word from the catalogue. */
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createTranslator, IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { NO_FILTERS } from '../../../../components/alerts/alert-filters';
import { AlertRows } from '../../../../components/alerts/alert-rows';
import { GroupCard } from '../../../../components/alerts/group-card';
import { RuleList } from '../../../../components/alerts/rule-list';
import { SiteSection } from '../../../../components/alerts/site-section';
import {
  ALERT_LEVELS,
  ALERT_STATES,
  deliveryStateSchema,
  REFUSAL_REASONS,
} from '../../../../lib/contracts/alert';
import messages from '../../../../messages/en.json';
import { device, group, record } from './made-up-alerts';

const EVIL = '"><img src=x onerror=alert(1)>';
const missing: string[] = [];

function drawn(children: ReactNode): string {
  return renderToStaticMarkup(
    <IntlProvider
      locale="en"
      messages={messages}
      timeZone="UTC"
      onError={(error) => missing.push(error.message)}
    >
      {children}
    </IntlProvider>,
  );
}

const NONE = () => {};
const TEXTS = { product: EVIL, firmwareVersion: EVIL, site: EVIL };
const QUEUES = [{ id: 'q1', name: EVIL }];

const DRAWN: readonly (readonly [string, ReactNode])[] = [
  [
    'a group',
    <GroupCard
      key="g"
      group={group('g', {
        ...TEXTS,
        sensorType: EVIL,
        deviceId: EVIL,
        devices: 1,
        unacknowledged: 0,
        acknowledgedBy: EVIL,
      })}
      queue={EVIL}
      isStale={false}
      now={0}
      filters={NO_FILTERS}
      onAcknowledged={NONE}
    />,
  ],
  [
    'alerts',
    <AlertRows
      key="a"
      alerts={ALERT_STATES.map((state, n) =>
        record(`${n}`, {
          ...{ ...TEXTS, state, deviceId: EVIL, sensorType: EVIL, readingValue: EVIL, clockSkewMs: 90_000 },
          ...{ clearedAt: 5, clearedBy: 'age', acknowledgement: { by: EVIL, at: 1, note: EVIL } },
        }),
      )}
      caption="x"
      isMixed
      onAcknowledged={NONE}
    />,
  ],
  [
    'devices',
    <SiteSection
      key="d"
      site={EVIL}
      total={4}
      matching={(['online', 'offline', 'unknown'] as const).map((connection) =>
        device(EVIL, { ...TEXTS, connection, critical: 1, warning: 1, info: 1, clockSkewMs: -90_000 }),
      )}
      queues={QUEUES}
      now={9}
      isWhole
    />,
  ],
  [
    'rules',
    <RuleList
      key="r"
      rules={[
        { queueId: 'q1', product: EVIL, site: EVIL, deviceId: EVIL },
        { queueId: EVIL, site: 'x' },
      ]}
      queues={QUEUES}
      edit={{ move: NONE, remove: NONE }}
    />,
  ],
];

describe('what devices say', () => {
  it.each(DRAWN)('UI-85 is text in %s', (_what, children) => {
    const html = drawn(children);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(missing).toEqual([]);
  });
});

describe('words', () => {
  const t = createTranslator({ locale: 'en', messages, onError: (error) => missing.push(error.message) });

  it('UI-85 are there for every state, level, reason and deed', () => {
    const keys = [
      ...ALERT_LEVELS.flatMap((level) => [`alerts.level.${level}`, `devices.count.${level}`]),
      ...ALERT_STATES.map((state) => `alerts.states.${state}`),
      ...['new', 'taken', 'over'].map((state) => `alerts.state.${state}`),
      ...deliveryStateSchema.options.map((state) => `alerts.delivery.${state}`),
      ...['normal', 'threshold', 'age'].map((how) => `alerts.clearedBy.${how}`),
      ...['seconds', 'minutes', 'hours', 'days'].map((unit) => `alerts.skew.${unit}`),
      ...['off', 'closed', 'open', 'probing'].map((state) => `forwarding.state.${state}`),
      ...REFUSAL_REASONS.map((reason) => `refused.reason.${reason}`),
      ...['notJson', 'noRules', 'tooMany', 'wrongRule'].map((kind) => `rules.file.${kind}`),
    ];
    for (const key of keys) t(key as 'alerts.title', { count: 2, rule: 1 } as never);
    expect(missing).toEqual([]);
  });

  it('UI-77 UI-84 say the level, who has it, and what is wrong with a clock', () => {
    const card = drawn(
      <GroupCard
        group={group('g', { unacknowledged: 0, acknowledgedBy: 'Maria' })}
        {...{ queue: 'Heating', isStale: false, now: 0, filters: NO_FILTERS, onAcknowledged: NONE }}
      />,
    );
    expect(card).toContain('taken by Maria');
    expect(card).toContain('Critical');
    const site = (
      <SiteSection
        site="Cork"
        total={1}
        matching={[device('d', { clockSkewMs: 7_200_000 })]}
        queues={[]}
        now={9}
        isWhole
      />
    );
    expect(drawn(site)).toContain('Clock 2 h ahead, not believed');
  });
});
