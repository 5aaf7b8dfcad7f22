# syntax=docker/dockerfile:1
# Floorcast as an image. Three stages: `build` has everything, `simulator` is it with the simulated Genesys Cloud as
# its command (for compose.yaml, not for production), the last one has what production needs and nothing else.
# It writes to /data and /tmp only: run it with a read-only root, a volume at /data and a tmpfs at /tmp.

FROM node:24.22.1-bookworm-slim AS build
WORKDIR /app
ENV NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM build AS simulator
USER node
EXPOSE 9100
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9100/simulator/truth').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/simulator.js"]

# What the demo and the makers of this product run is left out.
FROM build AS production
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf .next/cache \
  && rm -f dist/simulator.js* dist/demo*.js* dist/stand*.js* dist/replay*.js* dist/pictures*.js* dist/day-*.js*

FROM node:24.22.1-bookworm-slim
LABEL org.opencontainers.image.title="Floorcast" \
  org.opencontainers.image.description="Real-time wallboard for contact centres on Genesys Cloud" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# To listen beyond this container it wants SIGN_IN and an https: PUBLIC_URL, and says so where they are missing.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
COPY --from=production /app/package.json /app/next.config.js ./
COPY --from=production /app/node_modules ./node_modules
COPY --from=production /app/.next ./.next
COPY --from=production /app/dist ./dist
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--enable-source-maps"]
CMD ["dist/main.js"]
