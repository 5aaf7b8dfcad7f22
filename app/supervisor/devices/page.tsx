import { DevicesPage } from '../../../components/alerts/devices-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function EveryDevicePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <DevicesPage theme={themeOf(await searchParams)} />;
}
