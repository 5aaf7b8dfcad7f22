import { DevicesPage } from '../../../components/alerts/devices-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.devices.title);

export default async function EveryDevicePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <DevicesPage theme={themeOf(await searchParams)} />;
}
