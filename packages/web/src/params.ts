import { defineParams } from '@sveltejs/kit/params';

/** Models have no prefix in their address; the other repo types are named by it. */
export const params = defineParams({
  repoPrefix: (param) => (param === 'datasets' || param === 'spaces' ? param : undefined),
  leafIndex: (param) => (/^(0|[1-9]\d{0,14})$/.test(param) ? Number(param) : undefined),
  number: (param) => (/^[1-9]\d{0,8}$/.test(param) ? Number(param) : undefined),
});
