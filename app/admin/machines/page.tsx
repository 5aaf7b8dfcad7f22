import { MachinesPage } from '../../../components/access/machines-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.machines.title);

export default async function AdminMachinesPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <MachinesPage theme={themeOf(await searchParams)} />;
}
