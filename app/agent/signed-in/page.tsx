import { SignedInPage } from '../../../components/device/signed-in-page';
import { titled } from '../../../components/ui/page-title';
import { type Query, themeOf } from '../../../components/ui/query';

export const generateMetadata = titled((words) => words.signedIn.title);

export default async function SignedInForWidgetPage({ searchParams }: { searchParams: Promise<Query> }) {
  return <SignedInPage theme={themeOf(await searchParams)} />;
}
