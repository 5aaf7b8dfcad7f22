'use client';
/** Asks who wants to leave with changes that cannot be saved. Once they are saved after all, the way goes on by itself. */
import { useTranslations } from 'use-intl';
import { ConfirmDialog } from '../access/confirm-dialog';
import type { Leave } from './use-leave';

export function LeaveGuard({ leave }: { leave: Leave }) {
  const t = useTranslations('editor');
  if (leave.state.state !== 'asking') return null;
  return (
    <ConfirmDialog
      title={t('leaveTitle')}
      text={t('leaveText')}
      action={t('leave')}
      isBusy={false}
      problem={null}
      onConfirm={leave.confirm}
      onClose={leave.cancel}
    />
  );
}
