import { AuditPage } from '../../../components/access/audit-page';
import { type Query, themeOf } from '../../../components/ui/query';

export default async function AdminAuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AuditPage theme={themeOf(await searchParams)} />;
}
