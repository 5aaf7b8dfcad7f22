'use client';
/** What a board does when something is alarmed, and what its screens get to know of people. */
import { useTranslations } from 'use-intl';
import {
  type Audience,
  DEFAULT_ALERT_BUDGET,
  DEFAULT_AUDIENCE,
  DEFAULT_DEVICES_FROM,
  type Rotation,
  type Sound,
} from '../../../lib/contracts/board';
import type { BoardPartProps } from './board-part';
import { ChoiceField, NumberField } from './fields';

const NO_ROTATION: Rotation = { onAlert: 'go-on', holdSeconds: 30 };
const NO_SOUND: Sound = { mode: 'off', times: 3, volume: 60 };

export function AlarmFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const budget = board.alertBudget ?? DEFAULT_ALERT_BUDGET;
  return (
    <>
      <RotationFields board={board} set={set} />
      <SoundFields board={board} set={set} />
      <div className="field-pair">
        <NumberField
          label={t('budgetMost')}
          value={budget.most}
          least={0}
          most={20}
          onChange={(most) => set({ alertBudget: { ...budget, most } }, 'budget.most')}
        />
        <NumberField
          label={t('budgetMinutes')}
          value={budget.minutes}
          least={1}
          most={120}
          onChange={(minutes) => set({ alertBudget: { ...budget, minutes } }, 'budget.minutes')}
        />
      </div>
      <p className="field-hint">{t('budgetHint')}</p>
      <NumberField
        label={t('budgetDevices')}
        value={budget.devicesFrom ?? DEFAULT_DEVICES_FROM}
        least={1}
        most={1000}
        onChange={(devicesFrom) => set({ alertBudget: { ...budget, devicesFrom } }, 'budget.devices')}
      />
      <p className="field-hint">{t('budgetDevicesHint')}</p>
    </>
  );
}

function RotationFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const rotation = board.rotation ?? NO_ROTATION;
  return (
    <>
      <ChoiceField
        label={t('rotation')}
        value={rotation.onAlert}
        choices={(['go-on', 'stop', 'steer'] as const).map((value) => ({
          value,
          label: t(`rotations.${value}`),
        }))}
        onChange={(onAlert) => set({ rotation: onAlert === 'go-on' ? undefined : { ...rotation, onAlert } })}
      />
      {rotation.onAlert !== 'go-on' && (
        <NumberField
          label={t('hold')}
          value={rotation.holdSeconds}
          least={5}
          most={600}
          onChange={(holdSeconds) => set({ rotation: { ...rotation, holdSeconds } }, 'hold')}
        />
      )}
    </>
  );
}

const MODES = ['off', 'once', 'times', 'until-acknowledged'] as const;

function SoundFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const sound = board.sound ?? NO_SOUND;
  return (
    <>
      <ChoiceField
        label={t('sound')}
        value={sound.mode}
        choices={MODES.map((value) => ({ value, label: t(`sounds.${value}`) }))}
        onChange={(mode) => set({ sound: mode === 'off' ? undefined : { ...sound, mode } })}
      />
      {sound.mode === 'times' && (
        <NumberField
          label={t('soundTimes')}
          value={sound.times}
          least={1}
          most={10}
          onChange={(times) => set({ sound: { ...sound, times } }, 'sound.times')}
        />
      )}
      {sound.mode !== 'off' && (
        <NumberField
          label={t('volume')}
          value={sound.volume}
          least={1}
          most={100}
          onChange={(volume) => set({ sound: { ...sound, volume } }, 'sound.volume')}
        />
      )}
    </>
  );
}

export function AudienceFields({ board, set }: BoardPartProps) {
  const t = useTranslations('editor');
  const audience = board.audience ?? DEFAULT_AUDIENCE;
  const change = (patch: Partial<Audience>, run = '') => set({ audience: { ...audience, ...patch } }, run);
  return (
    <>
      <p className="field-hint">{t('audienceHint')}</p>
      <ChoiceField
        label={t('names')}
        value={audience.names}
        choices={(['none', 'initials', 'full'] as const).map((value) => ({
          value,
          label: t(`nameWords.${value}`),
        }))}
        onChange={(names) => change({ names })}
      />
      <NumberField
        label={t('minimumGroup')}
        value={audience.minimumGroup}
        least={0}
        most={50}
        hint={t('minimumGroupHint')}
        onChange={(minimumGroup) => change({ minimumGroup }, 'audience.group')}
      />
      <NumberField
        label={t('loneWaiter')}
        value={audience.loneWaiterDelaySeconds}
        least={0}
        most={600}
        hint={t('loneWaiterHint')}
        onChange={(loneWaiterDelaySeconds) => change({ loneWaiterDelaySeconds }, 'audience.waiter')}
      />
    </>
  );
}
