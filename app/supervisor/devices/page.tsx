import { DevicesPage } from '../../../components/alerts/devices-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.devices.title);

export default async function EveryDevicePage({ searchParams }: { searchParams: Promise<Query> }) {
  return <DevicesPage theme={themeOf(await searchParams)} />;
}
