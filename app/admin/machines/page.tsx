import { MachinesPage } from '../../../components/access/machines-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function AdminMachinesPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <MachinesPage theme={themeOf(await searchParams)} />;
}
