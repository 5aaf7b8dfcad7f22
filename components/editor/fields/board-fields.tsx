'use client';
/** The board itself: its name, where it hangs, how it looks, and in groups what it does by itself. */
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { LOCALES } from '../../../lib/contracts/locale';
import { useEditor } from '../use-editor';
import type { BoardPartProps, SetBoard } from './board-part';
import { AlarmFields, AudienceFields } from './conduct-fields';
import { DimmingFields, QuietHoursFields } from './day-fields';
import { ChoiceField, FieldGroup, NumberField, TextField } from './fields';

export function BoardFields() {
  const t = useTranslations('editor');
  const { board, edit } = useEditor();
  const set: SetBoard = (patch, run = '') => edit({ kind: 'board', patch }, { run });
  return (
    <>
      <TextField
        label={t('boardName')}
        value={board.name}
        most={60}
        isRequired
        onChange={(name) => set({ name }, 'name')}
      />
      <ScreenFields board={board} set={set} />
      <ChoiceField
        label={t('theme')}
        value={board.theme ?? 'dark'}
        choices={(['dark', 'light'] as const).map((value) => ({ value, label: t(`themes.${value}`) }))}
        onChange={(theme) => set({ theme: theme === 'dark' ? undefined : theme })}
      />
      <LanguageField board={board} set={set} />
      <ZoneField board={board} set={set} />
      <FieldGroup title={t('groups.alarms')}>
        <AlarmFields board={board} set={set} />
      </FieldGroup>
      <FieldGroup title={t('groups.quiet')}>
        <QuietHoursFields board={board} set={set} />
      </FieldGroup>
      <FieldGroup title={t('groups.dimming')}>
        <DimmingFields board={board} set={set} />
      </FieldGroup>
      <FieldGroup title={t('groups.audience')}>
        <AudienceFields board={board} set={set} />
      </FieldGroup>
    </>
  );
}

/** The two that the size of everything follows from. */
function ScreenFields({ board: { screen }, set }: BoardPartProps) {
  const t = useTranslations('editor');
  return (
    <div className="field-pair">
      <NumberField
        label={t('diagonal')}
        value={screen.diagonalInches}
        least={5}
        most={200}
        isFraction
        onChange={(diagonalInches) => set({ screen: { ...screen, diagonalInches } }, 'diagonal')}
      />
      <NumberField
        label={t('seat')}
        value={screen.distanceMetres}
        least={0.3}
        most={30}
        isFraction
        onChange={(distanceMetres) => set({ screen: { ...screen, distanceMetres } }, 'seat')}
      />
    </div>
  );
}

function LanguageField({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  return (
    <ChoiceField
      label={t('language')}
      value={board.locale ?? 'own'}
      choices={(['own', ...LOCALES] as const).map((value) => ({ value, label: t(`languages.${value}`) }))}
      onChange={(locale) => set({ locale: locale === 'own' ? undefined : locale })}
    />
  );
}

function ZoneField({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const choices = useMemo(() => {
    const zones = new Set(['UTC', ...Intl.supportedValuesOf('timeZone'), board.timeZone]);
    return [...zones].sort().map((value) => ({ value, label: value.replaceAll('_', ' ') }));
  }, [board.timeZone]);
  return (
    <ChoiceField
      label={t('zone')}
      value={board.timeZone}
      choices={choices}
      hint={t('zoneHint')}
      onChange={(timeZone) => set({ timeZone })}
    />
  );
}
