import { defineEnvVars } from '@sveltejs/kit/env';

export const variables = defineEnvVars({
  ASSAY_HUB_URL: {
    description:
      'Where the hub is while the pages run on their own (`vite dev`). Mounted in a hub they need no address.',
    schema: (value) => value ?? 'http://127.0.0.1:4747',
  },
});
