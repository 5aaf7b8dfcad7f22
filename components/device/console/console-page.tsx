'use client';
/** The console of one interaction, for the agent whose it is. */
import { useTranslations } from 'use-intl';
import { Desk } from '../../supervisor/desk';
import { SessionPanel } from './session-panel';

export interface ConsolePageProps {
  readonly theme: 'dark' | 'light';
  /** `null`: the address names none. */
  readonly interactionId: string | null;
}

export function ConsolePage({ theme, interactionId }: ConsolePageProps) {
  const t = useTranslations('diagnostics');
  return (
    <Desk place={{ kind: 'console' }} theme={theme}>
      <h1 className="desk-title">{t('consoleTitle')}</h1>
      {interactionId === null ? (
        <p className="note">{t('noConversation')}</p>
      ) : (
        <SessionPanel key={interactionId} interactionId={interactionId} />
      )}
    </Desk>
  );
}
