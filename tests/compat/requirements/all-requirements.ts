import { accountsAndRepos } from './accounts-and-repos.ts';
import { everyRequest } from './every-request.ts';
import { filesAndGit } from './files-and-git.ts';
import { peopleAndRuns } from './people-and-runs.ts';
import type { RequirementGroups } from './requirement.ts';

/**
 * The closed list behind docs/compat.md. A test cites ids in a comment above it or inside it: `// compat: id, id` (in a
 * Python script: `# compat: id`). After a change of either: `node scripts/write-compat-doc.ts`.
 */
export const allRequirements: RequirementGroups = {
  ...everyRequest,
  ...accountsAndRepos,
  ...filesAndGit,
  ...peopleAndRuns,
};
