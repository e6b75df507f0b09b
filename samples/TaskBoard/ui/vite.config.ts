import { defineConfig } from 'vite';

export default defineConfig({
  // On Forge, as in the emulator, the app isn't at the root of its origin.
  base: './',
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Names that stay the same: the build is committed.
    rollupOptions: {
      output: { entryFileNames: 'assets/[name].js', chunkFileNames: 'assets/[name].js', assetFileNames: 'assets/[name][extname]' },
    },
  },
});
