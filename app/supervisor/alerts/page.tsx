import { AlertsPage } from '../../../components/alerts/alerts-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.alerts.title);

export default async function EveryAlertPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AlertsPage theme={themeOf(await searchParams)} />;
}
