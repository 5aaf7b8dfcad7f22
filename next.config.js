/** @type {import('next').NextConfig} */
const nextConfig = {
  // What answers tell browsers is set by the server in front of the pages.
  poweredByHeader: false,
  reactStrictMode: true,
  // `npm run typecheck` checks the types of the whole house; a start of the demo need not do it once more.
  typescript: { ignoreBuildErrors: true },
  // Of the widget, built beside these pages (scripts/build.mjs): written into its page.
  env: { WIDGET_SCRIPT: process.env.WIDGET_SCRIPT ?? '', WIDGET_STYLE: process.env.WIDGET_STYLE ?? '' },
};

export default nextConfig;
