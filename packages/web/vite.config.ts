import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter({ out: 'build' }),
      // Named by the release, not by the clock: the same source gives the same build.
      version: { name: manifest.version },
      // Origins are checked in hooks.server.ts, which knows the host the visitor used; kit, mounted in the
      // hub's process, would guess https.
      csrf: { trustedOrigins: ['*'] },
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
          'img-src': ['self', 'data:'],
          'object-src': ['none'],
          'script-src': ['self'],
          // The one style attribute that kit's own page announcer carries; src/styles hides it as well.
          'style-src': ['self', 'unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
        },
      },
    }),
  ],
  // The other rooms are TypeScript sources: bundle them, so that the build stands on its own.
  ssr: { noExternal: [/^@assay\//] },
});
