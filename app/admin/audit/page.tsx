import { AuditPage } from '../../../components/access/audit-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.audit.title);

export default async function AdminAuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AuditPage theme={themeOf(await searchParams)} />;
}
