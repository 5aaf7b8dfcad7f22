'use client';
/** The table of a page: whose rows it has, and its columns in their order. */
import { useTranslations } from 'use-intl';
import type { BoardTable } from '../../../lib/contracts/board';
import { KPI_CATALOGUE, type KpiKey } from '../../../lib/contracts/kpi';
import { movedTo } from '../board-edit';
import { SortList } from '../sort-list';
import { useEditor } from '../use-editor';
import { ChoiceField } from './fields';
import { PanelWays } from './item-ways';
import { ManyField } from './many-field';

/** The contract's bound. */
const MOST_COLUMNS = 40;

export function TableFields({ pageId, table }: { pageId: string; table: BoardTable }) {
  const t = useTranslations('editor');
  const { edit, subjects } = useEditor();
  const set = (patch: Partial<BoardTable>) =>
    edit({ kind: 'panel', pageId, panel: 'table', value: { ...table, ...patch } });
  const own = table.subjects === 'queues' ? null : table.subjects;
  const queues = subjects.list.filter(({ kind }) => kind === 'queue').map(({ subject }) => subject);
  return (
    <>
      <ChoiceField
        label={t('rows')}
        value={own === null ? 'queues' : 'own'}
        choices={(['queues', 'own'] as const).map((value) => ({ value, label: t(`rowsWords.${value}`) }))}
        onChange={(rows) => set({ subjects: rows === 'queues' ? 'queues' : queues.slice(0, 8) })}
      />
      {own !== null && (
        <ManyField
          label={t('rowsOwn')}
          chosen={own}
          choices={[
            ...subjects.list.map(({ subject }) => ({ value: subject, label: subjects.nameOf(subject) })),
            ...own
              .filter((subject) => subjects.keys !== null && !subjects.keys.has(subject))
              .map((value) => ({ value, label: t('goneNamed', { id: subjects.nameOf(value) }) })),
          ]}
          onChange={(next) => set({ subjects: [...next] })}
        />
      )}
      <Columns table={table} onChange={(columns) => set({ columns: [...columns] })} />
      <PanelWays pageId={pageId} panel="table" />
    </>
  );
}

interface ColumnsProps {
  readonly table: BoardTable;
  readonly onChange: (columns: readonly KpiKey[]) => void;
}

function Columns({ table, onChange }: ColumnsProps) {
  const t = useTranslations('editor');
  const words = useTranslations('kpi');
  const { say } = useEditor();
  const columns = table.columns.map((key) => ({ id: key }));
  const free = KPI_CATALOGUE.filter(({ key }) => !table.columns.includes(key));
  const remove = (key: KpiKey) => {
    onChange(table.columns.filter((one) => one !== key));
    say(t('removed', { name: words(`${key}.label`) }));
  };
  return (
    <fieldset className="field">
      <legend>{t('columns')}</legend>
      <SortList
        label={t('columns')}
        items={columns}
        nameOf={({ id }) => words(`${id}.label`)}
        onMove={(id, to) => onChange(movedTo(columns, id, to).map((column) => column.id))}
      >
        {({ id }) => (
          <>
            <span className="sort-name">{words(`${id}.label`)}</span>
            <button
              type="button"
              className="sort-away"
              aria-label={t('removeNamed', { name: words(`${id}.label`) })}
              aria-disabled={columns.length < 2}
              onClick={() => columns.length > 1 && remove(id)}
            />
          </>
        )}
      </SortList>
      {columns.length < MOST_COLUMNS && (
        <select
          aria-label={t('addColumn')}
          value=""
          onChange={(event) => {
            const added = free.find(({ key }) => key === event.target.value);
            if (added !== undefined) onChange([...table.columns, added.key]);
          }}
        >
          <option value="">{t('addColumn')}</option>
          {free.map(({ key }) => (
            <option key={key} value={key}>
              {words(`${key}.label`)}
            </option>
          ))}
        </select>
      )}
    </fieldset>
  );
}
