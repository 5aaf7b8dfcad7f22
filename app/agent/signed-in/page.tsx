import { SignedInPage } from '../../../components/device/signed-in-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';
import messages from '../../../messages/en.json';

export const metadata = titled(messages.signedIn.title);

export default async function SignedInForWidgetPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <SignedInPage theme={themeOf(await searchParams)} />;
}
