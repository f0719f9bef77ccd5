import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': path('./src') } },
  build: {
    outDir: path('../../artifacts/console'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2023',
    // A script inside the page would need a hole in the content security policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // scripts/finish.mjs holds the budgets, in what is really sent.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000,
  },
  // `npm run dev` beside a running suite: ./run --port 8080
  server: { proxy: Object.fromEntries(['/api', '/openapi', '/docs', '/health'].map((prefix) => [prefix, 'http://127.0.0.1:8080'])) },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/testing/setup.ts'],
    pool: 'threads',
    testTimeout: 20_000,
  },
});
