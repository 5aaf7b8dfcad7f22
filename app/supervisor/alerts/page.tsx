import { AlertsPage } from '../../../components/alerts/alerts-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.alerts.title);

export default async function EveryAlertPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AlertsPage theme={themeOf(await searchParams)} />;
}
