/** The page on which a person chooses who he is: a list of links. What it shows is escaped, and it runs no script. */
import type { Reply } from './error-body';
import type { SimPerson } from './organisation';

export interface Choice {
  readonly person: SimPerson;
  readonly href: string;
}

export function signInPage(choices: readonly Choice[], cancelHref: string): Reply {
  const rows = choices.map(({ person, href }) => {
    const roles = person.roles.map((role) => role.name).join(', ') || 'no role';
    return `<li><a href="${escapeHtml(href)}">${escapeHtml(person.name)}</a> <small>${escapeHtml(roles)}</small></li>`;
  });
  const cancel = `<p><a href="${escapeHtml(cancelHref)}">Cancel</a></p>`;
  return page('Sign in', `<p>Simulated Genesys Cloud. Who are you?</p><ul>${rows.join('')}</ul>${cancel}`);
}

export function signedOutPage(): Reply {
  return page('Signed out', '<p>You are signed out of the simulated Genesys Cloud.</p>');
}

function page(title: string, content: string): Reply {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${content}</html>`;
  const headers = {
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
  };
  return { status: 200, html, headers };
}

const ESCAPES = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES.get(character) ?? '');
}
