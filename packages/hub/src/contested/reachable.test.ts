import assert from 'node:assert/strict';
import { test } from 'node:test';
import { receive } from '../receive/receive.ts';
import { findRepo } from '../repos/require-repo.ts';
import { askJson, type Json, makeRepo } from '../testing/hub-client.ts';
import { createWorld, takeStep, type World } from '../testing/random-history.ts';
import { withHub } from '../testing/with-hub.ts';

/** What an owner may try beside writing, closing and merging, to make a result disappear. */
const tricks: Record<string, (world: World, model: string) => Promise<unknown>> = {
  hide: (world, model) => settings(world, model, { private: true }),
  show: (world, model) => settings(world, model, { private: false }),
  silence: (world, model) => settings(world, model, { discussionsDisabled: true }),
  speak: (world, model) => settings(world, model, { discussionsDisabled: false }),
  rename: async (world, model) => {
    const toRepo = `owner/${model.slice(6)}x`;
    await askJson(world.hub, 'POST', '/api/repos/move', {
      as: world.owner,
      json: { fromRepo: model, toRepo },
    });
    world.models[world.models.indexOf(model)] = toRepo;
  },
  remake: async (world, model) => {
    const json = { name: model.slice(6) };
    await askJson(world.hub, 'DELETE', '/api/repos/delete', { as: world.owner, json });
    await makeRepo(world.hub, world.owner, json);
  },
  rewrite: (world, model) => rewriteHistory(world, model),
};

function settings({ hub, owner }: World, model: string, json: object) {
  return askJson(hub, 'PUT', `/api/models/${model}/settings`, { as: owner, json });
}

/** Forces main back to its first commit, as `git push --force` does. */
async function rewriteHistory({ hub, owner }: World, model: string): Promise<void> {
  const { context } = hub;
  const repo = (await findRepo(context.db, 'model', model))!;
  const git = context.git.reader(repo.id);
  const old = (await git.resolve('refs/heads/main'))!;
  const [first] = (await git.log(old, { limit: 1_000 })).slice(-1);
  const quarantine = await context.git.quarantine(repo.id);
  try {
    const updates = [{ ref: 'refs/heads/main', old, new: first!.oid }];
    await receive(context, { repo, actor: owner.actor, via: 'git', updates, quarantine });
  } finally {
    quarantine.discard();
  }
}

/** Adds what a stranger sees now of every model to what was ever seen. */
async function look(world: World, seen: Map<string, Json>): Promise<void> {
  for (const model of world.models) {
    const { body } = await askJson(world.hub, 'GET', `/api/assay/models/${model}/results`);
    for (const row of body.results ?? []) seen.set(row.id, { value: row.value, dataset: row.dataset });
  }
}

for (const seed of [11, 12]) {
  test(`nothing an owner does makes a published score unreachable (seed ${seed})`, () =>
    withHub(async (hub) => {
      const world = await createWorld(hub, seed);
      const seen = new Map<string, Json>();
      const done: string[] = [];
      for (let step = 0; step < 45; step += 1) {
        const names = Object.keys(tricks);
        const name = names[Math.floor(world.dice() * names.length)]!;
        if (world.dice() < 0.35) {
          const model = world.models[Math.floor(world.dice() * world.models.length)]!;
          await tricks[name]!(world, model);
          done.push(`${name} ${model}`);
        } else done.push(await takeStep(world));
        await look(world, seen);
      }
      for (const [id, { value, dataset }] of seen) {
        const { status, body } = await askJson(hub, 'GET', `/api/assay/results/${id}`);
        assert.equal(status, 200, `${id} of value ${value} after\n${done.join('\n')}`);
        assert.deepEqual([body.result.value, body.result.dataset], [value, dataset]);
      }
      assert.ok(seen.size >= 10, `only ${seen.size} results were ever public in\n${done.join('\n')}`);
    }));
}
