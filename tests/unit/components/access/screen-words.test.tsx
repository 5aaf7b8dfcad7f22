/** What the list of screens says of a screen, in the words of the catalogue. */
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { ScreenWords } from '../../../../components/access/screen-words';
import type { ScreenStanding } from '../../../../lib/contracts/screen-report';
import messages from '../../../../messages/en.json';

const NOW = Date.UTC(2026, 10, 21, 8);

function standing(more: Partial<ScreenStanding> = {}): ScreenStanding {
  const view = { number: 3, of: 7 };
  return {
    report: {
      painted: { position: null, view, agoMs: 200, ownAt: NOW, serverAt: NOW },
      ...{ build: 'b7xKq', clockOffsetMs: 0, viewport: { width: 3840, height: 2160 } },
      ...{ memoryBytes: 48_300_000, sound: 'locked' },
    },
    ...{ receivedAt: NOW - 12_000, paintedAt: NOW - 12_200, stuck: false, ...more },
  };
}

function said(of: ScreenStanding, now: number | null = NOW): string {
  const markup = renderToStaticMarkup(
    <IntlProvider
      locale="en"
      messages={messages}
      timeZone="UTC"
      onError={(error) => {
        throw error;
      }}
    >
      <ScreenWords standing={of} now={now} />
    </IntlProvider>,
  );
  return markup
    .replaceAll(/<svg.*?<\/svg>|<[^>]+>/g, '')
    .replaceAll('&#x27;', '’')
    .trim();
}

describe('what is said of a screen', () => {
  it('UI-166 is what it painted and when, its page and build, and that its sound is locked', () => {
    expect(said(standing())).toBe(
      'Painted 12 s ago, page 3 of 7, sound locked: touch it once, 3840 × 2160, 48 MB, build b7xKq',
    );
  });

  it('UI-166 is that it is stuck, first, with since when; and that its clock is off', () => {
    const { report } = standing();
    const stuck = standing({
      ...{ stuck: true, paintedAt: NOW - 600_000 },
      report: report && { ...report, clockOffsetMs: -605_000, sound: 'off', memoryBytes: null },
    });
    expect(said(stuck)).toBe(
      'Stuck: connected, but it paints no more. Switch it off and on. Painted 10 min ago, page 3 of 7, clock off by 10:05, 3840 × 2160, build b7xKq',
    );
  });

  it('UI-166 is nothing before its first report, and that it never painted where that is so', () => {
    const silent = { report: null, receivedAt: null, paintedAt: null };
    expect(said(standing({ ...silent }))).toBe('');
    expect(said(standing({ ...silent, stuck: true }))).toBe(
      'Stuck: connected, but it paints no more. Switch it off and on. Has painted nothing yet',
    );
  });
});
