/**
 * The page of the widget as text: a finished picture of “asking”, before any script runs, with all the places that the
 * script fills. No page of the framework: its own scripts alone would be more than the widget may load.
 */
import type { Locale } from '../../../lib/contracts/locale';
import type { Query } from '../../ui/query';
import { themeOf } from '../../ui/query';
import { framingOrigins } from './origins';
import { FACTS_ID, type WidgetFacts, type WidgetWords } from './widget-words';

export interface WidgetPageOptions {
  readonly words: WidgetWords;
  /** The language of the words, and of dates and ages. */
  readonly locale: Locale;
  readonly query: Query;
  /** The Content-Security-Policy of this very page: its nonce, and who may hold it. */
  readonly policy: string;
  /** Addresses of the built script and style. */
  readonly files: { readonly script: string; readonly style: string };
}

export function widgetPage({ words, locale, query, policy, files }: WidgetPageOptions): string {
  const nonce = escaped(/'nonce-([\w-]+)'/.exec(policy)?.[1] ?? '');
  const facts: WidgetFacts = {
    words,
    locale,
    conversationId: conversationIdOf(query.conversationId),
    origins: framingOrigins(policy),
  };
  const w = (text: string) => escaped(text);
  const theme = themeOf(query);
  return `<!doctype html>
<html lang="${locale}" data-theme="${theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${w(words.title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${escaped(files.style)}" nonce="${nonce}">
<script type="application/json" id="${FACTS_ID}" nonce="${nonce}">${jsonText(facts)}</script>
<script type="module" src="${escaped(files.script)}" nonce="${nonce}"></script>
</head>
<body>
<main class="widget" data-phase="loading" data-status="loading" data-stale="false">
<header class="widget-head"><h1>${w(words.title)}</h1><p class="widget-serial"><span class="unseen">${w(words.serial)} </span><bdi id="serial"></bdi></p></header>
<p class="widget-stale" id="stale" hidden></p>
<section class="widget-connection" aria-label="${w(words.connection)}">
${MARKS}
<p class="widget-words"><b id="status">${w(words.status.loading)}</b><span id="reason"></span></p>
</section>
<dl class="widget-facts">
<div><dt>${w(words.battery)}</dt><dd><span id="battery">–</span><span class="widget-charge" aria-hidden="true"><span id="charge"></span></span></dd></div>
<div><dt>${w(words.firmware)}</dt><dd><bdi id="firmware">–</bdi></dd></div>
<div><dt>${w(words.lastSeen)}</dt><dd><time id="last-seen">–</time></dd></div>
</dl>
<p class="widget-ways"><button type="button" class="button button-main" id="sign-in" hidden>${w(words.signIn)}</button><a class="button" id="diagnose" target="_blank" rel="noopener" hidden>${w(words.diagnose)}<span class="unseen"> ${w(words.newWindow)}</span></a></p>
<p class="widget-note" id="note" role="status"></p>
<p class="unseen" id="heard" role="status"></p>
<noscript><p class="widget-note">${w(words.noScript)}</p></noscript>
</main>
</body>
</html>
`;
}

/** Disc: online. Crossed disc: offline. Ring of dashes: not known. Three dots: asking. Each has its word beside it. */
const MARKS = `<svg class="widget-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
<g data-mark="online"><circle cx="12" cy="12" r="9" fill="currentColor"/><path d="M7.5 12.4l3 3 6-6.6" fill="none" stroke="var(--tile)" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></g>
<g data-mark="offline"><circle cx="12" cy="12" r="8.6" fill="none" stroke="currentColor" stroke-width="2.8"/><path d="M6 18 18 6" stroke="currentColor" stroke-width="2.8"/></g>
<g data-mark="unknown"><circle cx="12" cy="12" r="8.6" fill="none" stroke="currentColor" stroke-width="2.4" stroke-dasharray="3.4 2.6"/><path d="M9.4 9.6a2.7 2.7 0 1 1 3.9 2.4c-.9.5-1.3 1-1.3 2" fill="none" stroke="currentColor" stroke-width="2.1" stroke-linecap="round"/><circle cx="12" cy="16.9" r="1.3" fill="currentColor"/></g>
<g data-mark="loading" fill="currentColor"><circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="2"/><circle cx="19" cy="12" r="2"/></g>
</svg>`;

/** As `interactionIdSchema` takes it; the platform's placeholder that was not filled is none. */
export function conversationIdOf(value: Query[string]): string | null {
  return typeof value === 'string' && /^[A-Za-z0-9-]{1,64}$/.test(value) ? value : null;
}

function jsonText(value: unknown): string {
  // Nothing in it ends the script, or begins a comment, for a reader of HTML.
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
