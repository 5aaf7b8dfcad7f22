/** The console as it is first drawn: what devices say as text, every word from the catalogue. */
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createTranslator, IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { CommandHistory } from '../../../../components/device/console/command-history';
import { CommandPanel } from '../../../../components/device/console/command-panel';
import { CHARTED, MetricChart } from '../../../../components/device/console/metric-chart';
import { OtherFigures } from '../../../../components/device/console/other-figures';
import { SessionHead } from '../../../../components/device/console/session-head';
import { SESSION_FILTERS } from '../../../../components/device/console/session-list';
import {
  COMMAND_STATES,
  COMMANDS,
  SESSION_STATES,
  transcriptStatusSchema,
} from '../../../../lib/contracts/diagnostics';
import messages from '../../../../messages/en.json';
import { AT, command, session } from './made-up-sessions';

const EVIL = '"><img src=x onerror=alert(1)>';
const missing: string[] = [];
const NONE = () => {};

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

const HOSTILE = session({
  ...{ deviceId: EVIL, customerId: EVIL, startedBy: EVIL, notice: EVIL },
  commands: COMMAND_STATES.map((state, n) =>
    command({
      ...{ id: `${n}`, state, by: EVIL, command: n === 0 ? EVIL : 'firmware_version' },
      ...{ result: { version: EVIL }, reason: n === 5 ? EVIL : null },
    }),
  ),
});

describe('what devices and people say', () => {
  it.each([
    ['its head', <SessionHead key="h" session={HOSTILE} now={AT} />],
    ['its history', <CommandHistory key="c" commands={HOSTILE.commands} now={AT} />],
  ])('UI-110 is text in %s', (_, children) => {
    const html = drawn(children);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(missing).toEqual([]);
  });
});

describe('a session in words', () => {
  const t = createTranslator({ locale: 'en', messages, onError: (error) => missing.push(error.message) });

  it('UI-103 has words for every state, command, filter and transcript', () => {
    const keys = [
      ...[...SESSION_STATES, 'ENDED'].map((state) => `state.${state}`),
      ...COMMANDS.flatMap((name) => [`command.${name}`, `advice.${name}`]),
      ...COMMAND_STATES.map((state) => `commandState.${state}`),
      ...transcriptStatusSchema.shape.state.options.map((state) => `transcriptState.${state}`),
      ...SESSION_FILTERS.map((name) => `filter.${name}`),
      ...['signal_dbm', 'packet_loss_pct', 'latency_ms', 'errors'].map((key) => `measured.${key}`),
      ...['ended', 'away', 'disconnected'].map((why) => `closed.${why}`),
      ...['true', 'false', 'null'].flatMap((said) => [`solved.${said}`, `solvedAnswer.${said}`]),
      ...CHARTED.map(({ key }) => `metric.${key}`),
    ];
    // Keys are made of names of the contract, which the translator's type cannot follow.
    const say = t as (key: string, values: object) => string;
    const values = { value: '5', seconds: 5, backlog: 2 };
    expect(keys.filter((key) => say(`diagnostics.${key}`, values).startsWith('diagnostics.'))).toEqual([]);
    expect(missing).toEqual([]);
  });

  it('UI-103 says its state by a shape and a word, and what to do where it is lost', () => {
    for (const state of SESSION_STATES) {
      const html = drawn(<SessionHead session={session({ state, notice: 'Do this.' })} now={AT} />);
      expect(html).toContain('<svg');
      expect(html).toContain(messages.diagnostics.state[state]);
      expect(html).toContain('Do this.');
    }
  });

  it('UI-107 has a button for what may be run and for nothing else, disabled with the reason where it is lost', () => {
    const panel = (state: 'RUNNING' | 'DISCONNECTED', isAway = false) =>
      drawn(
        <CommandPanel
          session={session({ state, commands: [command({ state: 'queued' })] })}
          mayRun={['ping_latency', 'channel_scan']}
          isAway={isAway}
          onAsked={NONE}
        />,
      );
    const live = panel('RUNNING');
    expect([...live.matchAll(/data-command="(\w+)"/g)].map((match) => match[1])).toEqual([
      ...['ping_latency', 'channel_scan'],
    ]);
    expect(live).toContain('data-command-state="queued">queued');
    expect([...live.matchAll(/aria-disabled="false"/g)]).toHaveLength(2);
    for (const [html, why] of [
      [panel('DISCONNECTED'), 'disconnected'],
      [panel('RUNNING', true), 'away'],
    ] as const) {
      expect([...html.matchAll(/aria-disabled="true"/g)]).toHaveLength(2);
      expect(html).toContain(`data-closed="${why}"`);
      expect(html).toContain(messages.diagnostics.closed[why]);
    }
  });

  it('UI-103 says a suggestion with its figure, and offers what it advises', () => {
    const suggestion = {
      key: 'signal-weak',
      metric: 'signal_dbm',
      value: -89.4,
      command: 'channel_scan',
    } as const;
    const panel = (mayRun: readonly ('channel_scan' | 'ping_latency')[]) =>
      drawn(
        <CommandPanel
          session={session({ suggestions: [suggestion] })}
          mayRun={mayRun}
          isAway={false}
          onAsked={NONE}
        />,
      );
    expect(panel(['channel_scan'])).toContain('Signal −89 dBm: run a channel scan');
    expect(panel(['channel_scan'])).toContain('aria-label="Run: Scan channels"');
    expect(panel(['ping_latency'])).not.toContain('aria-label="Run: Scan channels"');
  });

  it('UI-106 writes the figures that have no chart, with the limit where one is passed', () => {
    const breach = { metric: 'packet_loss_pct', value: 7.5, limit: 5, since: AT, endedAt: null } as const;
    const line = (values: readonly (readonly ['packet_loss_pct' | 'errors', number])[]) =>
      drawn(<OtherFigures values={new Map(values)} breaches={[breach]} isStale={false} />).replace(
        /<[^>]+>/g,
        '|',
      );
    expect(line([['packet_loss_pct', 6.25]])).toContain('6.3 %|over 5|');
    expect(line([['errors', 3]])).toContain('|Errors|');
    expect(line([])).toContain('not measured yet');
    expect(missing).toEqual([]);
  });

  it('UI-106 tells its charts to those who do not see them', () => {
    const [metric] = CHARTED;
    if (metric === undefined) throw new Error('no metric');
    const chart = (isStale: boolean) =>
      drawn(
        <MetricChart
          metric={metric}
          series={[{ at: AT, sum: -178, count: 2 }]}
          value={-89}
          isStale={isStale}
        />,
      );
    expect(chart(false)).toContain(
      'aria-label="Signal in the last two minutes: lowest −89, highest −89, last −89 dBm."',
    );
    expect(chart(false)).toContain('Below −85 dBm');
    expect(chart(true)).toContain('As last heard. Limit −85 dBm');
    expect(missing).toEqual([]);
  });
});
