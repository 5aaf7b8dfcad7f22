import { AlertsPage } from '../../../components/alerts/alerts-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function EveryAlertPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AlertsPage theme={themeOf(await searchParams)} />;
}
