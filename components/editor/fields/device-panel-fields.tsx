'use client';
/** The panel of devices by site: which sites, one a line; none means all. */
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { DevicePanel } from '../../../lib/contracts/board';
import { useEditor } from '../use-editor';
import { TextField } from './fields';
import { PanelWays } from './item-ways';

const MOST_SITES = 50;

export function DevicePanelFields({ pageId, panel }: { pageId: string; panel: DevicePanel }) {
  const t = useTranslations('editor');
  const { edit } = useEditor();
  const [text, setText] = useState((panel.sites ?? []).join('\n'));
  const known = (panel.sites ?? []).join('\n');
  const [shown, setShown] = useState(known);
  if (shown !== known) {
    setShown(known);
    if (sitesOf(text).join('\n') !== known) setText(known);
  }
  const type = (typed: string) => {
    setText(typed);
    const sites = sitesOf(typed);
    const value: DevicePanel = { id: panel.id, ...(sites.length === 0 ? {} : { sites }) };
    edit({ kind: 'panel', pageId, panel: 'devices', value }, { run: `sites:${pageId}` });
  };
  return (
    <>
      <TextField
        label={t('sites')}
        value={text}
        most={6_400}
        lines={5}
        hint={t('sitesHint')}
        onChange={type}
      />
      <PanelWays pageId={pageId} panel="devices" />
    </>
  );
}

function sitesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim().slice(0, 128));
  return [...new Set(lines.filter((line) => line !== ''))].slice(0, MOST_SITES);
}
