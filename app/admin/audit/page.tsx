import { AuditPage } from '../../../components/access/audit-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.audit.title);

export default async function AdminAuditPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <AuditPage theme={themeOf(await searchParams)} />;
}
