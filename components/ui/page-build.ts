/** Which build this request's page is of, as the server in front of the pages says; absent: it does not say. */
import { headers } from 'next/headers';
import { BUILD_HEADER } from '../../lib/build-header';

export async function pageBuild(): Promise<string | undefined> {
  return (await headers()).get(BUILD_HEADER) ?? undefined;
}
