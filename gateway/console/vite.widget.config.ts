import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** The chat for pages of portals: one script, without anything of the console in it. */
export default defineConfig({
  resolve: { alias: { '@': path('./src') } },
  publicDir: false,
  build: {
    outDir: path('../../artifacts/console'),
    emptyOutDir: false,
    target: 'es2022',
    reportCompressedSize: false,
    lib: { entry: path('./src/widget/main.ts'), name: 'channelsChat', formats: ['iife'], fileName: () => 'widget.js' },
  },
});
