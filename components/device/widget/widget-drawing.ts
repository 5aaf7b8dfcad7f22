/** Writes what the widget says into its page: text only, and only what is another than before. */
import type { WidgetLook } from './widget-view';

/** Draws into the page that `widget-html.ts` made; throws where a place of it is missing. */
export function createDrawing(page: Document): (look: WidgetLook) => void {
  const place = <T extends Element>(selector: string): T => {
    const found = page.querySelector<T>(selector);
    if (found === null) throw new Error(`the page has no ${selector}`);
    return found;
  };
  const main = place<HTMLElement>('.widget');
  const stale = place<HTMLElement>('#stale');
  const lastSeen = place<HTMLTimeElement>('#last-seen');
  const charge = place<HTMLElement>('#charge');
  const heard = place<HTMLElement>('#heard');
  const [signIn, diagnose] = [place<HTMLButtonElement>('#sign-in'), place<HTMLAnchorElement>('#diagnose')];
  const texts = (['status', 'reason', 'serial', 'battery', 'firmware'] as const).map(
    (name) => [name, place<HTMLElement>(`#${name}`)] as const,
  );
  let said = '';

  return (look) => {
    const { phase, status, batteryPercent } = look;
    Object.assign(main.dataset, { phase, status, stale: String(look.stale !== '') });
    for (const [name, element] of texts) write(element, name === 'status' ? look.statusWord : look[name]);
    write(lastSeen, look.lastSeen);
    if (look.lastSeenIso === '') lastSeen.removeAttribute('datetime');
    else lastSeen.dateTime = look.lastSeenIso;
    if (lastSeen.title !== look.lastSeenWhole) lastSeen.title = look.lastSeenWhole;
    write(stale, look.stale);
    stale.hidden = look.stale === '';
    charge.style.width = `${batteryPercent ?? 0}%`;
    main.dataset.charge = batteryPercent === null ? 'unknown' : batteryPercent < 15 ? 'low' : 'known';
    signIn.hidden = !look.asksSignIn;
    diagnose.hidden = !look.mayDiagnose;
    // Those who hear the page hear of changes of state only, never of the ages.
    const now =
      phase === 'loading' ? '' : [look.statusWord, look.reason, look.stale].filter(Boolean).join('. ');
    if (now !== said) write(heard, now);
    said = now;
  };
}

function write(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
