'use client';
/** Words for a page: lines of text, nothing else. */
import { useTranslations } from 'use-intl';
import type { TextBlock } from '../../../lib/contracts/board';
import type { ListAt, Patch } from '../board-edit';
import { useEditor } from '../use-editor';
import { CheckField, TextField } from './fields';
import { ItemWays } from './item-ways';

export interface TextFieldsProps {
  readonly at: Extract<ListAt, { list: 'texts' }>;
  readonly text: TextBlock;
}

export function TextFields({ at, text }: TextFieldsProps) {
  const t = useTranslations('editor');
  const { edit } = useEditor();
  const set = (patch: Patch<TextBlock>, run = '') =>
    edit({ kind: 'change', at, id: text.id, patch }, { run });
  return (
    <>
      <TextField
        label={t('text')}
        value={text.text}
        most={280}
        lines={5}
        isRequired
        hint={t('textHint')}
        onChange={(written) => set({ text: written }, `text:${text.id}`)}
      />
      <CheckField
        label={t('large')}
        isChecked={text.large === true}
        onChange={(large) => set({ large: large ? true : undefined })}
      />
      <ItemWays at={at} item={text} name={text.text.slice(0, 40)} />
    </>
  );
}
