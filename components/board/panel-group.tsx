'use client';
/** The panels of a view, as planned. */
import { AlertPanelView } from './alert-panel';
import { DevicePanelView } from './device-panel';
import type { PanelPlan, PanelsPlan } from './panel-plan';
import { TextPanel } from './text-panel';

export function PanelGroup({ plan, portrait }: { plan: PanelsPlan; portrait: boolean }) {
  const style = { height: `calc(var(--u) * ${plan.heightU})` };
  return (
    <div className={`panels panels-${plan.arrangement}`} style={style}>
      {plan.items.map((item) => (
        <PanelView key={`${item.kind} ${idOf(item)}`} item={item} portrait={portrait} />
      ))}
    </div>
  );
}

function idOf(item: PanelPlan): string {
  return item.kind === 'text' ? item.block.id : item.panel.id;
}

function PanelView({ item, portrait }: { item: PanelPlan; portrait: boolean }) {
  switch (item.kind) {
    case 'text':
      return <TextPanel block={item.block} widthU={item.widthU} heightU={item.heightU} />;
    case 'alerts':
      return <AlertPanelView plan={item} portrait={portrait} />;
    case 'devices':
      return <DevicePanelView plan={item} />;
  }
}
